"""The marking desk: who gets which essay, what they may do, and that nothing tells them whose it is."""

from datetime import timedelta
from hashlib import md5
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.accounts.enums import Role
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.infra import clock
from backend.infra.lately import Lately
from backend.results import sheets
from backend.results.models import EssayMark, EssaySheet, Result
from backend.results.services.handing import HELD_FOR
from backend.standings import marking as shapes
from backend.standings.rest import marking
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results.essays import LATER, essay_contest, give, marker, sheet_of, sit_essay
from tests.results.voiding import void
from tests.standings.marking_desk import BASE, ask_next, counts, one_of, put_mark
from tests.standings.test_incident import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_marking_desk")]


def test_an_essay_is_handed_out_marked_and_changed():
    one = one_of()
    sit_essay(one, "Bài của tôi về Thủ đô <b>văn hiến</b>")
    who = marker()
    client = client_of(who)

    before = client.get(BASE)
    handed = ask_next(client)
    sheet = handed.json()["sheet"]
    given = put_mark(client, sheet["sheet"], 1050, remark=" Lập luận khá ")
    changed = put_mark(client, sheet["sheet"], 1260)
    again = client.get(f"{BASE}/{sheet['sheet']}")
    after = client.get(BASE)

    empty = {"empty": 0, "second": 0, "third": 0}
    assert before.json().pop("as_of") <= timezone.localtime(LATER).isoformat()
    assert {name: value for name, value in before.json().items() if name != "as_of"} == {
        "rule": {"count": 1, "most": 8400, "step": 210, "markers": 1},
        "rounds": [
            {
                "round": str(one.uuid),
                "number": 1,
                "title": one.title,
                "closes_at": timezone.localtime(one.closes_at).isoformat(),
                "counts": {"essays": 1, "unmarked": 1, "marked": 0, "entering": 0, **empty},
            }
        ],
        "regrade": None,
        "recent": [],
    }
    assert (handed.status_code, handed["Cache-Control"], handed.json()["others_have_the_rest"]) == (
        200,
        "no-store",
        False,
    )
    assert {name: value for name, value in sheet.items() if name not in {"sheet", "stem", "guide", "citations"}} == {
        "text": "Bài của tôi về Thủ đô <b>văn hiến</b>",
        "most": 8400,
        "step": 210,
        "is_deciding": False,
        "mine": None,
    }
    assert sheet["guide"].startswith("Giải thích câu ")
    assert given.json()["mine"] == {"points": 1050, "remark": "Lập luận khá", "is_entered": False}
    assert changed.json()["mine"] == again.json()["mine"] == {"points": 1260, "remark": "", "is_entered": False}
    assert after.json()["rounds"][0]["counts"] == {"essays": 1, "unmarked": 0, "marked": 1, "entering": 1, **empty}
    assert [(mark["sheet"], mark["points"], mark["is_entered"]) for mark in after.json()["recent"]] == [
        (sheet["sheet"], 1260, False)
    ]
    assert ask_next(client).json() == {"sheet": None, "others_have_the_rest": False}
    # Nothing is forgotten: the table says who gave what and when.
    assert list(EssayMark.objects.order_by("pk").values_list("marker", "points", "at", "replaced_at")) == [
        (who.pk, 1050, LATER, LATER),
        (who.pk, 1260, LATER, None),
    ]


def test_contests_whose_rules_ask_for_essays_are_listed():
    contest = one_of().contest
    make_contest(key="khong-tu-luan")

    answer = client_of(marker()).get("/api/staff/essays")

    assert answer.json() == {"results": [{"key": "hoi-thi", "title": contest.title}]}


def test_nothing_a_marker_is_sent_tells_whose_essay_it_is():
    one = one_of(markers=2)
    citizen = make_person(
        name="Canary Nguyễn", email="canary@example.test", territory=make_unit(name="Phường Canary"), roles=[]
    )
    attempt = sit_essay(one, "Một bài viết", person=citizen)
    Attempt.objects.filter(pk=attempt.pk).update(receipt="CANA-RYRE-CEIP")
    first, second = (client_of(marker(name)) for name in ("Trần Chấm Một", "Lê Chấm Hai"))
    told = []
    for client in (first, second):
        sheet = ask_next(client)
        told += [client.get(BASE), sheet, put_mark(client, sheet.json()["sheet"]["sheet"], 840)]
        told += [client.get(f"{BASE}/{sheet.json()['sheet']['sheet']}"), ask_next(client), client.get(BASE)]
    told.append(put_mark(client_of(marker()), str(sheet_of(attempt).uuid), 840))

    text = "".join(one.content.decode() for one in told)
    attempt.refresh_from_db()
    assert attempt.submitted_at is not None
    canaries = [
        "Canary", "canary", "CANA", str(attempt.uuid), str(citizen.uuid), "Chấm Một", "Chấm Hai",
        attempt.submitted_at.isoformat()[:16], attempt.started_at.isoformat()[:16],
    ]  # fmt: skip
    assert [word for word in canaries if word in text] == []


def test_only_what_has_ended_counts_and_is_somebody_elses_is_handed_out():
    one = one_of(rounds=2)
    second = one.contest.rounds.get(number=2)
    who = make_person(name="Chấm Thi", territory=make_unit(), roles=[Role.ORGANIZER])
    sit_essay(one, "của chính người chấm", person=who)
    empty = sit_essay(one, "  ")
    sit_essay(one, None)
    voided = sit_essay(one, "đã hủy")
    void(voided)
    future = sit_essay(second, "đợt chưa đóng", at=NOON + timedelta(weeks=1))
    still = LATER + timedelta(hours=1)
    Round.objects.filter(pk=second.pk).update(closes_at=still, keys_release_at=still)
    client = client_of(who)

    assert ask_next(client).json() == {"sheet": None, "others_have_the_rest": False}
    assert counts(client) == {
        "essays": 3, "empty": 2, "unmarked": 1, "second": 0, "third": 0, "marked": 0, "entering": 0,
    }  # fmt: skip
    assert client.get(BASE).json()["rounds"][1]["counts"] is None
    refused = [put_mark(client, str(sheet_of(attempt).uuid), 840) for attempt in (voided, future, empty)]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [(409, "essay_not_markable")] * 3
    # One sentence for all of them: it has to name each.
    sentence = refused[0].json()["detail"]
    assert [one for one in ("chưa kết thúc", "đã bị hủy", "bỏ trống") if one not in sentence] == []
    assert not EssayMark.objects.exists()


def test_nobody_marks_or_reads_their_own_by_its_name():
    one = one_of()
    who = make_person(territory=make_unit(), roles=[Role.ORGANIZER])
    sheet = sheet_of(sit_essay(one, "của tôi", person=who))
    client = client_of(who)

    answers = [client.get(f"{BASE}/{sheet.uuid}"), put_mark(client, str(sheet.uuid), 840)]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "own_essay")] * 2
    assert "của tôi" not in answers[0].content.decode()


def test_two_people_get_different_essays_and_both_may_mark_the_same_at_once():
    one = one_of()
    for text in "ab":
        sit_essay(one, text)
    a, b, c = (client_of(marker()) for _ in range(3))

    first, again, second, third = ask_next(a), ask_next(a), ask_next(b), ask_next(c)

    assert first.json()["sheet"] == again.json()["sheet"]
    assert first.json()["sheet"]["sheet"] != second.json()["sheet"]["sheet"]
    assert third.json() == {"sheet": None, "others_have_the_rest": True}
    clash = [put_mark(client, first.json()["sheet"]["sheet"], 840) for client in (a, b)]
    assert [(one.status_code, one.json().get("code")) for one in clash] == [(200, None), (409, "essay_marked")]
    assert EssayMark.objects.count() == 1


def test_what_somebody_keeps_for_too_long_goes_to_another(monkeypatch: pytest.MonkeyPatch):
    sit_essay(one_of(), "a")
    a, b = client_of(marker()), client_of(marker())
    kept = ask_next(a).json()["sheet"]["sheet"]
    monkeypatch.setattr(clock, "now", lambda: LATER + HELD_FOR)

    taken = ask_next(b).json()["sheet"]["sheet"]

    assert (taken, put_mark(a, kept, 210).status_code) == (kept, 200)
    assert put_mark(b, kept, 210).json()["code"] == "essay_marked"


def test_with_two_markers_each_marks_apart_and_a_third_decides():
    attempt = sit_essay(one_of(markers=2), "a")
    people = [marker() for _ in range(4)]
    clients = [client_of(one) for one in people]
    sheet = ask_next(clients[0]).json()["sheet"]["sheet"]
    states = []
    for client, points in zip(clients[:3], (0, 8400, 2100), strict=True):
        handed = ask_next(client).json()["sheet"]
        states.append((handed["sheet"] == sheet, handed["is_deciding"], counts(client)))
        # Of the others' marks nothing is seen.
        assert handed["mine"] is None
        put_mark(client, sheet, points)
        assert ask_next(client).json()["sheet"] is None

    base = {"essays": 1, "empty": 0, "unmarked": 0, "second": 0, "third": 0, "marked": 0, "entering": 0}
    assert states == [
        (True, False, {**base, "unmarked": 1}),
        (True, False, {**base, "second": 1}),
        (True, True, {**base, "third": 1}),
    ]
    assert counts(clients[0]) == {**base, "marked": 1, "entering": 1}
    assert put_mark(clients[3], sheet, 840).json()["code"] == "essay_marked"
    assert list(EssayMark.objects.filter(attempt=attempt).order_by("turn").values_list("turn", "marker")) == [
        (turn, one.pk) for turn, one in enumerate(people[:3], start=1)
    ]


def mark_all(client: Client, count: int, **asked: Any) -> list[str]:
    """Mark so many essays as they are handed out, and return their texts."""
    got = []
    for _ in range(count):
        sheet = ask_next(client, **asked).json()["sheet"]
        got.append(sheet["text"])
        put_mark(client, sheet["sheet"], 0)
    return got


def blind_order(attempts: list[Attempt]) -> list[Attempt]:
    """The order that tells nothing."""
    return sorted(attempts, key=lambda one: md5(f"{one.pk}:{len(one.paper)}".encode()).hexdigest())


def test_the_best_by_their_other_answers_come_first_where_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheets, "BAND_LEAST", 2)
    one = one_of()
    ranked = [
        sit_essay(one, text, wrong=wrong)
        for text, wrong in (("e", 3), ("a", 0), ("c", 2), ("d", 2), ("b", 1), ("f", 3))
    ]

    got = mark_all(client_of(marker()), len(ranked), order="best")

    assert [set(got[:2]), set(got[2:4]), set(got[4:])] == [{"a", "b"}, {"c", "d"}, {"e", "f"}]


def test_best_first_tells_of_no_essay_who_leads_the_board():
    one = one_of()
    attempts = [sit_essay(one, f"bài {number}") for number in range(6)]
    # Whoever would come first without bands comes last in the order that tells nothing.
    for correct, attempt in enumerate(blind_order(attempts)):
        Result.objects.filter(attempt=attempt).update(correct_count=correct)
    texts = {attempt.pk: f"bài {number}" for number, attempt in enumerate(attempts)}

    got = mark_all(client_of(marker()), len(attempts), order="best")

    assert got == [texts[attempt.pk] for attempt in blind_order(attempts)]


def test_one_look_through_all_essays_finds_several_to_hand_out():
    one = one_of()
    for number in range(4):
        sit_essay(one, f"bài {number}")
    client = client_of(marker())

    with CaptureQueriesContext(connection) as asked:
        got = mark_all(client, 4)

    assert set(got) == {f"bài {number}" for number in range(4)}
    assert sum("is_held" in query["sql"] for query in asked) == 1


def test_essays_of_a_large_contest_are_counted_seldom(monkeypatch: pytest.MonkeyPatch):
    at = iter([0.0, 3.0, 62.9, 63.0, 64.0])
    monkeypatch.setattr(shapes, "_counts", Lately(times=20, from_s=0.25, most_s=60, clock=lambda: next(at)))
    one = one_of()
    attempt = sit_essay(one, "a")
    who = marker()
    client = client_of(who)

    first = client.get(BASE).json()
    give(attempt, who, 5)
    second, third = client.get(BASE).json(), client.get(BASE).json()

    marked = [answer["rounds"][0]["counts"]["marked"] for answer in (first, second, third)]
    assert marked == [0, 0, 1]
    assert first["as_of"] == second["as_of"] < third["as_of"]
    # What is the marker's own is never kept back.
    assert [len(answer["recent"]) for answer in (first, second, third)] == [0, 1, 1]


def test_a_round_is_marked_apart():
    one = one_of(rounds=2)
    second = one.contest.rounds.get(number=2)
    sit_essay(one, "một")
    sit_essay(second, "hai", at=NOON + timedelta(weeks=1))
    client = client_of(marker())

    assert ask_next(client, round=str(second.uuid)).json()["sheet"]["text"] == "hai"
    assert ask_next(client, round=str(one.uuid)).json()["sheet"]["text"] == "một"
    assert ask_next(client, round=str(EssaySheet.objects.all()[0].uuid)).status_code == 404


@pytest.mark.parametrize(
    ("points", "status", "code"),
    [
        (8610, 422, "mark_refused"),
        (105, 422, "mark_refused"),
        (-210, 400, "invalid_input"),
        ("nhiều", 400, "invalid_input"),
        (2**40, 400, "invalid_input"),
        (None, 400, "invalid_input"),
        (8400, 200, None),
        (0, 200, None),
    ],
)
def test_a_mark_is_a_number_of_quarters_within_the_rules(points: Any, status: int, code: str | None):
    sheet = sheet_of(sit_essay(one_of(), "a"))

    answer = put_mark(client_of(marker()), str(sheet.uuid), points)

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert EssayMark.objects.count() == int(status == 200)


def test_a_sheet_of_another_contest_is_not_found():
    one_of()
    elsewhere = essay_contest(key="noi-khac")
    sheet = sheet_of(sit_essay(elsewhere.rounds.get(), "a"))
    client = client_of(marker())

    answers = [client.get(f"{BASE}/{sheet.uuid}"), put_mark(client, str(sheet.uuid), 840)]

    assert [one.status_code for one in answers] == [404] * 2


def test_who_copies_essays_out_by_a_script_is_slowed_down(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(marking, "time", SimpleNamespace(monotonic=lambda: 0.0))
    one_of()
    client = client_of(marker())

    answers = [ask_next(client) for _ in range(42)]

    assert [one.status_code for one in answers[:40]] == [200] * 40
    assert answers[-1].json()["code"] == "rate_limited"
