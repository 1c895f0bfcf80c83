"""What papers are drawn from stands once the rules are frozen, whatever statement is tried."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from backend.contests.models import Contest, Round, RoundQuestion
from backend.core.rulebook import Rulebook
from tests.factories import NOON, make_contest, make_question

# %(frozen)s and %(draft)s are contests, %(f_round)s and %(d_round)s the round of each, %(version)s is in no pool.
FORBIDDEN = {
    "another blueprint": "UPDATE contests_round SET blueprint = '[]' WHERE id = %(f_round)s",
    "a round taken out": "UPDATE contests_round SET contest_id = %(draft)s, number = 9 WHERE id = %(f_round)s",
    "a round brought in": "UPDATE contests_round SET contest_id = %(frozen)s, number = 9 WHERE id = %(d_round)s",
    "a round deleted": "DELETE FROM contests_round WHERE id = %(f_round)s",
    "a round more": """
        INSERT INTO contests_round (uuid, contest_id, number, title, opens_at, closes_at, keys_release_at, blueprint)
        SELECT gen_random_uuid(), contest_id, 9, title, opens_at, closes_at, keys_release_at, blueprint
        FROM contests_round WHERE id = %(f_round)s""",
    "a question more": "INSERT INTO contests_roundquestion (round_id, version_id) VALUES (%(f_round)s, %(version)s)",
    "another question": """
        UPDATE contests_roundquestion SET version_id = %(version)s
        WHERE id = (SELECT min(id) FROM contests_roundquestion WHERE round_id = %(f_round)s)""",
    "a question taken out": "UPDATE contests_roundquestion SET round_id = %(d_round)s WHERE round_id = %(f_round)s",
    "a question brought in": "UPDATE contests_roundquestion SET round_id = %(f_round)s WHERE round_id = %(d_round)s",
    "a question deleted": "DELETE FROM contests_roundquestion WHERE round_id = %(f_round)s",
}


def _draft() -> Round:
    rules = Rulebook(question_count=1)
    contest = Contest.objects.create(key="nhap", title="Nháp", rulebook=rules.to_json(), rulebook_hash="")
    one = Round.objects.create(
        contest=contest,
        number=1,
        title="Đợt 1",
        opens_at=NOON,
        closes_at=NOON.replace(hour=9),
        keys_release_at=NOON.replace(hour=9),
        blueprint=[{"topic": None, "difficulty": None, "count": 1}],
    )
    RoundQuestion.objects.create(round=one, version=make_question())
    return one


def _scene() -> dict[str, int]:
    frozen, draft = make_contest().rounds.get(), _draft()
    return {
        "frozen": frozen.contest_id,
        "f_round": frozen.pk,
        "draft": draft.contest_id,
        "d_round": draft.pk,
        "version": make_question().pk,
    }


def _stored() -> list[Any]:
    rounds = Round.objects.order_by("pk").values_list("pk", "contest_id", "number", "blueprint")
    pool = RoundQuestion.objects.order_by("pk").values_list("pk", "round_id", "version_id")
    return [*rounds, *pool]


def _execute(statement: str, names: dict[str, int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        return int(cursor.rowcount)


@pytest.mark.django_db
@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_what_papers_are_drawn_from_cannot_be_changed_by_any_statement(statement: str) -> None:
    names = _scene()
    before = _stored()

    with pytest.raises(IntegrityError, match=r"of contest hoi-thi-\d+ was frozen at"), transaction.atomic():
        _execute(statement, names)

    assert _stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_same_statement_changes_a_draft(name: str) -> None:
    """The statements are sound: it is the freeze that refuses them."""
    names = _scene()
    swapped = {**names, "frozen": names["draft"], "f_round": names["d_round"]}
    if name == "a round deleted":
        RoundQuestion.objects.filter(round_id=names["d_round"]).delete()

    assert _execute(FORBIDDEN[name], swapped) == 1


@pytest.mark.django_db
def test_times_and_titles_of_a_frozen_contest_move() -> None:
    one = make_contest().rounds.get()

    moved = Round.objects.filter(pk=one.pk).update(title="Đợt khác", opens_at=one.opens_at.replace(minute=30))

    assert moved == 1


@pytest.mark.django_db
def test_a_contest_that_is_not_frozen_goes_as_a_whole_and_a_frozen_one_stays() -> None:
    names = _scene()

    Contest.objects.get(pk=names["draft"]).delete()
    with pytest.raises(IntegrityError, match="was frozen"), transaction.atomic():
        Contest.objects.get(pk=names["frozen"]).delete()

    assert [one.pk for one in Contest.objects.all()] == [names["frozen"]]
    assert RoundQuestion.objects.filter(round_id=names["f_round"]).count() == 6


@pytest.mark.django_db
def test_the_guard_can_be_taken_back_and_set_again() -> None:
    guard = import_module("backend.contests.migrations.0003_frozen_papers")
    names = _scene()
    connection.check_constraints()  # no trigger is dropped while references wait to be checked

    with connection.cursor() as cursor:
        cursor.execute(guard.UNGUARD)
        cursor.execute(FORBIDDEN["another blueprint"], names)
        assert cursor.rowcount == 1
        cursor.execute(guard.GUARD)

    with pytest.raises(IntegrityError, match="was frozen"), transaction.atomic():
        _execute(FORBIDDEN["a question deleted"], names)


FREEZE = "UPDATE contests_contest SET frozen_at = now() WHERE id = %(draft)s"
ADD = "INSERT INTO contests_roundquestion (round_id, version_id) VALUES (%(d_round)s, %(version)s)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "second"), [(FREEZE, ADD), (ADD, FREEZE)], ids=["freeze first", "change first"])
def test_a_change_and_the_freeze_wait_for_each_other(first: str, second: str) -> None:
    names = _scene()

    def beside() -> None:
        try:
            with transaction.atomic():
                _execute("SET LOCAL lock_timeout = '200ms'", {})
                _execute(second, names)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        _execute(first, names)
        with pytest.raises(OperationalError, match="lock timeout"):
            other.submit(beside).result(timeout=60)
