"""Facts that the accounts app tells downstream, inside the transaction that made them true."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Nothing of the account may tell any more who it was. Each app lets go of its own; what is counted stays.

    A handler may raise `errors.AttemptStillRunning`: then nothing is erased yet.
    """

    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ProfileCorrected:
    """The desk corrected what a person told of themselves: what shows a name shows another one now."""

    person_id: int
