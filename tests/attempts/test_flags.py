"""Flags: what is noticed, how often it is written, and what organizers read of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts.enums import Role
from backend.attempts.haste import BURST, SUSTAINED_PER_S, Haste, HasteByAttempt
from backend.attempts.models import Attempt, Flag
from backend.attempts.services import flag_haste, start_attempt
from backend.contests.models import Round
from tests.attacks.conftest import browser_of
from tests.factories import NOON, make_contest, make_person, make_unit


def noticed(haste: Haste, seqs: list[int], *, apart_s: float) -> list[int]:
    return [seq for at, seq in enumerate(seqs) if haste.notice(seq, at * apart_s)]


def test_thirty_within_a_second_are_noticed_once():
    haste = Haste(places=20, now=0.0)

    assert noticed(haste, list(range(1, 31)), apart_s=1 / 30) == [30 - 1]
    assert noticed(haste, list(range(31, 100)), apart_s=0.0) == []


def test_a_whole_paper_at_once_and_every_repetition_of_it_are_no_haste():
    haste = Haste(places=30, now=0.0)

    assert noticed(haste, list(range(1, 31)) * 10, apart_s=0.0) == []


@given(st.lists(st.integers(200, 5_000), min_size=1, max_size=60))
def test_nobody_who_presses_five_times_a_second_is_ever_noticed(pauses_ms: list[int]):
    haste, at = Haste(places=20, now=0.0), 0.0

    for seq, pause_ms in enumerate(pauses_ms, start=1):
        at += pause_ms / 1000
        assert not haste.notice(seq, at)
    assert 1000 / SUSTAINED_PER_S == 200


def test_the_least_recently_seen_attempt_is_forgotten_first():
    watch = HasteByAttempt(capacity=2)
    many = list(range(1, BURST + 1))

    for attempt_id in (1, 2, 3):
        assert not watch.notice(attempt_id, places=3, seqs=many, at=0.0)

    assert not watch.notice(1, places=3, seqs=[BURST + 1], at=0.0)  # forgotten: begins anew
    assert watch.notice(3, places=3, seqs=[BURST + 1], at=0.0)


@pytest.fixture
def one_round(db: None) -> Round:
    return make_contest().rounds.get()


@pytest.fixture
def organizer(db: None) -> Client:
    return browser_of(make_person(roles=[Role.ORGANIZER]))


def attempt_in(one: Round, *, ward: str = "Phường Thử") -> Attempt:
    return start_attempt(person=make_person(territory=make_unit(name=ward)), round=one, now=NOON)[0]


def read(organizer: Client, one: Round, query: str = "") -> Any:
    return organizer.get(f"/api/staff/rounds/{one.uuid}/flags{query}").json()


def test_a_flag_is_kept_once_a_kind_and_counts_on(one_round: Round, organizer: Client):
    attempt = attempt_in(one_round, ward="Phường Ba Đình")

    for minutes in (0, 5, 3):
        flag_haste(attempt_id=attempt.pk, detail={"by": "socket"}, at=NOON + timedelta(minutes=minutes))

    assert read(organizer, one_round) == {
        "flags": [
            {
                "attempt": str(attempt.uuid),
                "number": 1,
                "state": "open",
                "unit_name": "Phường Ba Đình",
                "kind": "haste",
                "kind_name": "Trả lời nhanh hơn sức người",
                "times": 3,
                "first_at": "2026-11-18T12:00:00+07:00",
                "last_at": "2026-11-18T12:05:00+07:00",
                "detail": {"by": "socket"},
            }
        ],
        "next": None,
        "counts": {"haste": 1, "seq_conflict": 0},
    }


def test_the_list_holds_the_flags_of_its_round_alone_page_by_page(
    one_round: Round, organizer: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backend.attempts.rest.desk._PAGE", 2)
    flag_haste(attempt_id=attempt_in(make_contest().rounds.get()).pk, detail={}, at=NOON)
    attempts = [attempt_in(one_round) for _ in range(3)]
    for attempt in attempts:
        flag_haste(attempt_id=attempt.pk, detail={}, at=NOON)

    first = read(organizer, one_round)
    second = read(organizer, one_round, f"?after={first['next']}")

    assert [one["attempt"] for one in first["flags"] + second["flags"]] == [str(one.uuid) for one in reversed(attempts)]
    assert (len(first["flags"]), second["next"]) == (2, None)


def conflict(attempt: Attempt) -> None:
    """As the statement of the answers keeps it; `test_30` in tests/attacks has it done by the socket."""
    seen = {"item": 1, "seq": 7, "stored": [2], "sent": [3]}
    Flag.objects.create(attempt=attempt, kind="seq_conflict", detail=seen, first_at=NOON, last_at=NOON)


def test_one_kind_is_listed_alone_page_by_page_and_the_counts_stay_the_round_s(
    one_round: Round, organizer: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("backend.attempts.rest.desk._PAGE", 1)
    elsewhere = attempt_in(make_contest().rounds.get())
    attempts = [attempt_in(one_round) for _ in range(3)]
    for attempt in (*attempts, elsewhere):
        conflict(attempt)
        flag_haste(attempt_id=attempt.pk, detail={"by": "http"}, at=NOON)
    Flag.objects.filter(attempt=attempts[1], kind="haste").delete()

    first = read(organizer, one_round, "?kind=haste")
    second = read(organizer, one_round, f"?kind=haste&after={first['next']}")

    assert [(one["attempt"], one["kind"]) for one in first["flags"] + second["flags"]] == [
        (str(attempts[2].uuid), "haste"),
        (str(attempts[0].uuid), "haste"),
    ]
    assert second["next"] is None
    assert [first["counts"], second["counts"]] == [{"haste": 2, "seq_conflict": 3}] * 2


@pytest.mark.parametrize("query", ["?kind=cheating", "?kind=", "?loai=haste"])
def test_a_kind_that_is_none_is_refused(one_round: Round, organizer: Client, query: str):
    assert organizer.get(f"/api/staff/rounds/{one_round.uuid}/flags{query}").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    one_round: Round, organizer: Client, count: int, django_assert_num_queries: Any
):
    for _ in range(count):
        flag_haste(attempt_id=attempt_in(one_round).pk, detail={}, at=NOON)
    read(organizer, one_round)

    with django_assert_num_queries(6):
        assert len(read(organizer, one_round)["flags"]) == count


@pytest.mark.parametrize("roles", [[], [Role.BOARD]])
def test_who_is_no_organizer_reads_no_flag(one_round: Round, roles: list[Role]):
    flag_haste(attempt_id=attempt_in(one_round).pk, detail={}, at=NOON)

    told = browser_of(make_person(roles=roles)).get(f"/api/staff/rounds/{one_round.uuid}/flags")

    assert (told.status_code, told.json()["code"]) == (403, "role_required")
    assert Flag.objects.count() == 1
