"""Marks enter by a set of changes: what its people are shown, and what anybody is told before and after."""

from datetime import timedelta
from typing import Any

import pytest

from backend.infra import clock
from backend.results import services
from backend.results.models import Regrade
from tests.factories import NOON, make_person
from tests.results.essays import LATER, POINT, enter, give, marker, sit_essay
from tests.results.sitting import apply, assert_exact, compute
from tests.results.voiding import void
from tests.standings.marking_desk import BASE, citizen, one_of, only_set
from tests.standings.test_incident import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_marking_desk")]


def test_the_sets_preview_says_what_enters_and_who_rises():
    one = one_of()
    author, second = marker("Nguyễn Biên Tập"), marker("Trần Thẩm Định")
    low = sit_essay(one, "hay", person=citizen("Lê Thị Hoa"), wrong=2)
    sit_essay(one, "chưa chấm", person=citizen("Trần Văn An"), wrong=1)
    sit_essay(one, None, person=citizen("Phạm Quốc Bình"), wrong=3)
    give(low, second, 5)
    client = client_of(author)

    made = client.post(
        "/api/staff/contests/hoi-thi/regrades",
        {"reason": "Đã chấm vòng một", "enters_marks": True},
        content_type="application/json",
    ).json()
    services.start_computing(regrade=only_set(), actor=author, now=LATER)
    services.advance_regrades(budget_s=60, now=LATER)
    shown = client.get(f"/api/staff/contests/hoi-thi/regrades/{made['uuid']}").json()

    assert (made["changes"], made["entered_essays"]) == ([], 1)
    assert client.get(BASE).json()["regrade"] == made["uuid"]
    assert shown["preview"]["essays"] == {
        "written": 2,
        "marked": 1,
        "unmarked": 1,
        "markers": [{"name": "Trần Thẩm Định", "count": 1}],
    }
    moves = shown["preview"]["rounds"][0]["moves"]
    assert [
        (line["name"], line["rank_before"], line["rank_after"], line["points_before"], line["points_after"])
        for line in moves
    ] == [("L. T. Hoa", 2, 1, POINT, 6 * POINT), ("T. V. An", 1, 2, 2 * POINT, 2 * POINT)]
    assert_exact()


def test_a_set_of_marks_alone_is_called_by_its_marks_and_stands_in_the_way_of_the_next():
    one = one_of()
    author = marker("Nguyễn Biên Tập")
    give(sit_essay(one, "hay"), author, 5)
    client = client_of(author)
    address = "/api/staff/contests/hoi-thi/regrades"

    client.post(address, {"reason": "Vòng một", "enters_marks": True}, content_type="application/json")
    refused = client.post(address, {"reason": "Vòng hai", "enters_marks": True}, content_type="application/json")
    steps = client.get("/api/staff/contests/hoi-thi/audit").json()["results"]

    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Hội thi đang có một bộ sửa đáp án hoặc bộ điểm tự luận chưa xong. Áp dụng hoặc hủy bộ đó trước.",
    )
    assert [(step["kind"], step["move"], step["is_marks"]) for step in steps] == [("regrade", "create", True)]


def test_what_the_approver_is_shown_is_of_the_set_whatever_is_marked_afterwards():
    one = one_of()
    author, second = marker("Nguyễn Biên Tập"), marker("Trần Thẩm Định")
    first, later, last = (sit_essay(one, text, wrong=3) for text in ("một", "hai", "ba"))
    give(first, author, 5)
    client, regrade = client_of(author), enter(one.contest, author=author)
    give(later, second, 10)
    give(first, author, 7)
    compute(regrade)

    def shown() -> Any:
        address = f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}"
        return client.get(address).json()["preview"]["essays"]

    of_the_set = {"written": 3, "marked": 1, "unmarked": 2, "markers": [{"name": "Nguyễn Biên Tập", "count": 1}]}
    assert shown() == of_the_set
    apply(regrade)
    assert shown() == of_the_set

    give(last, second, 2)
    apply(compute(enter(one.contest)))
    void(first)

    assert shown() == of_the_set
    newest = Regrade.objects.latest("pk")
    assert (newest.essays_written, newest.essays_marked) == (3, 3)


def test_the_author_is_told_whether_the_essay_has_entered():
    one = one_of()
    person = citizen("Lê Thị Hoa")
    attempt = sit_essay(one, "bài viết", person=person, wrong=1)
    reader = client_of(person)

    def told() -> tuple[Any, ...]:
        shown = reader.get(f"/api/attempts/{attempt.uuid}/result").json()
        return shown["essay"], shown["points"]

    give(attempt, marker(), 7.25)
    before = told()
    apply(compute(enter(one.contest)))

    assert before == ({"state": "waiting", "points": None, "most": 10 * POINT}, 2 * POINT)
    assert told() == ({"state": "entered", "points": 6090, "most": 10 * POINT}, 2 * POINT + 6090)


def test_before_results_are_shown_nothing_is_told_of_marks(monkeypatch: pytest.MonkeyPatch):
    one = one_of(rules={"result_shown": "after_contest", "keys_shown": "never"}, rounds=2)
    person = citizen("Lê Thị Hoa")
    attempt = sit_essay(one, "bài viết", person=person)
    give(attempt, marker(), 7)
    apply(compute(enter(one.contest)))
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=3))

    shown = client_of(person).get(f"/api/attempts/{attempt.uuid}/result").json()

    assert (shown["essay"], shown["points"]) == ({"state": "waiting", "points": None, "most": 10 * POINT}, None)


def test_the_board_says_that_marks_entered_and_not_that_keys_were_corrected():
    one = one_of()
    give(sit_essay(one, "a"), marker(), 7)
    apply(compute(enter(one.contest)))

    shown = client_of(None).get(f"/api/rounds/{one.uuid}/standings").json()

    assert {name: shown["corrected"][name] for name in ("question_count", "has_marks")} == {
        "question_count": 0,
        "has_marks": True,
    }
    assert shown["results"][0]["points"] == 10 * POINT


def test_essays_are_not_offered_to_those_who_correct_keys():
    one_of()

    found = client_of(marker()).get("/api/staff/contests/hoi-thi/questions").json()

    assert ([question["kind"] for question in found["results"]], found["total"]) == (["single"] * 3, 3)


def test_a_set_with_nothing_in_it_is_refused():
    one_of()
    client = client_of(marker())

    answers = [
        client.post("/api/staff/contests/hoi-thi/regrades", body, content_type="application/json")
        for body in (
            {"reason": "x"},
            {"reason": "x", "enters_marks": True},
            {"reason": "x", "changes": [{"question": str(make_person().uuid), "version": 1, "kind": "enter_marks"}]},
        )
    ]

    assert [(one.status_code, list(one.json()["fields"])) for one in answers[:2]] == [
        (422, ["changes"]),
        (422, ["marks"]),
    ]
    assert answers[2].status_code == 400
