"""Keep identity numbers from being tried out: "in use" must not become a way to ask whether somebody takes part."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.accounts.errors import IdentityInUse
from backend.accounts.models import Person
from backend.core.errors import RateLimited
from backend.infra import counters

# A person has one number and mistypes it a few times. Refusals alone count against a place: a ward office that states
# five hundred numbers meets none of them.
_PERSON = counters.Limit("identity_stated", most_count=10, window_s=86_400)
_PLACE = counters.Limit("identity_in_use", most_count=60, window_s=3600)


@contextmanager
def counted_guess(*, person: Person, place: str) -> Iterator[None]:
    """Count one statement of a number. Raises RateLimited before anything is compared."""
    for limit, subject in ((_PERSON, str(person.pk)), (_PLACE, place)):
        if wait_s := counters.take(limit, subject):
            raise RateLimited(retry_after_s=wait_s)
    try:
        yield
    except IdentityInUse:
        raise
    except BaseException:
        counters.give_back(_PLACE, place)
        raise
    counters.give_back(_PLACE, place)
