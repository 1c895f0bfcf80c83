"""Keep identity numbers from being tried out: "in use" must not become a way to ask whether somebody takes part."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.accounts.errors import IdentityInUse, IdentityLocked
from backend.accounts.models import Person
from backend.core.errors import RateLimited
from backend.infra import counters

# Refusals alone count here, as at sign-in: few for a person at one place, so many for a place that a ward office whose
# five hundred people share one address never meets them.
_HERE = counters.Limit("identity_refused_here", most_count=10, window_s=86_400)
_PLACE = counters.Limit("identity_refused_place", most_count=300, window_s=3600)
# Every answer tells a guesser something, also that a number is free. A person has one and mistypes it a few times.
_PERSON = counters.Limit("identity_answered", most_count=30, window_s=86_400)


@contextmanager
def counted_guess(*, person: Person, place: str) -> Iterator[None]:
    """Count one statement of a number. Raises RateLimited before anything is compared.

    What fails for another reason (no database, no consent, another limit) told nothing and counts nowhere.
    """
    here, everywhere, at_place = (_HERE, f"{person.pk} {place}"), (_PERSON, str(person.pk)), (_PLACE, place)
    _take(here, everywhere, at_place)
    try:
        yield
    except (IdentityInUse, IdentityLocked):
        raise
    except BaseException:
        _give_back(here, everywhere, at_place)
        raise
    _give_back(here, at_place)


def _take(*counts: tuple[counters.Limit, str]) -> None:
    # Before the answer, or a hundred requests at one instant would all find room.
    for place, (limit, subject) in enumerate(counts, start=1):
        if wait_s := counters.take(limit, subject):
            _give_back(*counts[:place])
            raise RateLimited(retry_after_s=wait_s)


def _give_back(*counts: tuple[counters.Limit, str]) -> None:
    for limit, subject in counts:
        counters.give_back(limit, subject)
