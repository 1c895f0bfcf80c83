"""Limits on stating numbers: they stop who tries numbers out, and nobody who mistypes, waits or shares an address."""

from collections.abc import Iterator, Sequence
from itertools import count

import pytest

from backend.accounts.errors import IdentityInUse
from backend.accounts.guessing import counted_guess
from backend.accounts.models import Consent, Person
from backend.accounts.services import state_identity
from backend.attempts.errors import TryAgain
from backend.core.errors import RateLimited, UserError
from tests.factories import NOON, make_person

pytestmark = pytest.mark.django_db
OFFICE, HOME = "203.0.113.7", "203.0.113.8"
HOUR_S, DAY_S = 3600, 86_400


@pytest.fixture
def numbers() -> Iterator[str]:
    return (f"0010900{last:05}" for last in count())


def state(person: Person, number: str, place: str = OFFICE) -> str:
    """Tell what comes of stating the number."""
    try:
        with counted_guess(person=person, place=place):
            state_identity(person=person, number=number, at=NOON)
    except UserError as refusal:
        return refusal.code
    return "kept"


def fail(person: Person, error: UserError, place: str = OFFICE) -> None:
    with pytest.raises(type(error)), counted_guess(person=person, place=place):
        raise error


def people(how_many: int) -> Sequence[Person]:
    from django.conf import settings

    rows = [Person(email=f"office{number}@example.test") for number in range(how_many)]
    made = Person.objects.bulk_create(rows)
    Consent.objects.bulk_create(Consent(person=one, version=settings.CONSENT_VERSION, given_at=NOON) for one in made)
    return made


def test_an_office_of_five_hundred_on_one_address_is_not_locked_out(numbers: Iterator[str]) -> None:
    taken = next(numbers)
    state(make_person(), taken, HOME)

    # Every seventh types a number of somebody else first.
    told = [
        (place % 7 == 0 and state(person, taken), state(person, next(numbers)))
        for place, person in enumerate(people(500))
    ]

    assert sum(first == "identity_in_use" for first, _ in told) == 72
    assert {second for _, second in told} == {"kept"}


def test_who_is_refused_ten_times_at_one_place_waits_a_day_there(numbers: Iterator[str]) -> None:
    guesser, other, taken = make_person(), make_person(), next(numbers)
    state(make_person(), taken, HOME)

    told = [state(guesser, taken) for _ in range(11)]
    with pytest.raises(RateLimited) as refusal, counted_guess(person=guesser, place=OFFICE):
        pytest.fail("nothing may be compared")

    assert told == [*["identity_in_use"] * 10, "rate_limited"]
    assert HOUR_S < int(str(refusal.value.extra["retry_after_s"])) <= DAY_S
    assert (state(other, next(numbers)), state(guesser, next(numbers), HOME)) == ("kept", "kept")


def test_many_accounts_at_one_place_are_stopped_too_and_nobody_elsewhere() -> None:
    crowd, late = people(30), make_person()
    for one in crowd:
        for _ in range(10):
            fail(one, IdentityInUse())

    # A limit of the place takes nothing of the person's own.
    told = [state(late, "001090000123") for _ in range(40)]

    assert told == ["rate_limited"] * 40
    assert state(late, "001090000123", HOME) == "kept"


def test_numbers_that_turn_out_free_are_no_way_to_try_them_out_either(numbers: Iterator[str]) -> None:
    guesser = make_person()

    told = [state(guesser, number) for number, _ in zip(numbers, range(31), strict=False)]

    assert told == [*["kept"] * 30, "rate_limited"]


def test_what_fails_without_an_answer_counts_nowhere() -> None:
    waiting, unconsenting = make_person(), make_person(consented=False)
    for _ in range(40):
        fail(waiting, TryAgain(retry_after_s=2))

    assert [state(unconsenting, "001090000123") for _ in range(40)] == ["consent_required"] * 40
    assert state(waiting, "001090000123") == "kept"
