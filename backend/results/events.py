"""Past facts of the results app."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ResultsRecorded:
    """These results were written in this very transaction, all of them in these contests.

    `is_aside` tells that they are computed aside: nobody is shown their version of the keys yet, and these persons had
    no results under it before.
    """

    result_ids: tuple[int, ...]
    contest_ids: frozenset[int]
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class RegradeMoved:
    """A regrade came into this state in this very transaction."""

    regrade_id: int
    contest_id: int
    state: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResultsDiscarded:
    """The results of these persons under a version that was never in force are being deleted in this transaction.

    Persons are those with an id up to `upto_person`. `is_last` tells that nothing of the version is left.
    """

    contest_id: int
    key_version: int
    upto_person: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class CountingChanged:
    """These attempts have just stopped counting, or count again, in this very transaction; nobody records meanwhile."""

    contest_id: int
    attempt_ids: tuple[int, ...]
    at: datetime
    reason: str = ""
