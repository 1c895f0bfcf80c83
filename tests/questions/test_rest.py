"""The desk over HTTP: search, write, submit, approve by a second person, return."""

import pytest
import time_machine
from django.test import Client

from backend.accounts.enums import Role
from backend.questions.models import Question, QuestionVersion, Review
from tests.factories import make_clause, make_contest, make_person, make_question
from tests.questions.desk_calls import ADDRESS, NOON, body, create, refusal, send, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topic_of_bodies")]


def test_a_draft_is_created_and_read_back_whole(desk, author):
    with time_machine.travel(NOON, tick=False):
        made = create(desk, key="cau-moi")

        read = desk.get(f"{ADDRESS}/{made['uuid']}")

    assert read.json() == made
    assert read["ETag"] == made["etag"]
    assert read["Cache-Control"] == "no-store"
    assert made == {
        **body(),
        "uuid": str(Question.objects.get(key="cau-moi").uuid),
        "key": "cau-moi",
        "version": 1,
        "state": "draft",
        "etag": made["etag"],
        "citations": [
            {
                "document": "15-nq-tw-2022",
                "clause_path": "II.1",
                "clause_label": "mục II.1",
                "quote": "tầm nhìn đến năm 2045",
            }
        ],
        "author": {"uuid": str(author.uuid), "name": "Trần Thị Soạn"},
        "reviews": [],
        "versions": [
            {
                "number": 1,
                "state": "draft",
                "author_name": "Trần Thị Soạn",
                "created_at": "2026-11-18T12:00:00+07:00",
            }
        ],
        "used": False,
    }


@pytest.mark.parametrize("kind", ["short_text", "essay"])
def test_a_question_answered_in_words_is_written_changed_and_approved(kind, desk, second_desk):
    accepted = ["2045", "  na\u0306m 2045 "] if kind == "short_text" else []
    made = create(desk, **written(kind, *accepted))
    address = f"{ADDRESS}/{made['uuid']}"
    fewer = accepted[:1]

    edited = send(desk, "PUT", address, written(kind, *fewer), **{"If-Match": made["etag"]}).json()
    send(desk, "POST", f"{address}/submit")
    approved = send(second_desk, "POST", f"{address}/approve").json()

    names = ("kind", "options", "key_options", "accepted")
    assert [{name: one[name] for name in names} for one in (made, edited, approved)] == [
        {"kind": kind, "options": [], "key_options": [], "accepted": texts}
        for texts in (["2045", "năm 2045"] if accepted else [], fewer, fewer)
    ]
    assert (approved["state"], approved["version"]) == ("approved", 1)


def test_another_kind_takes_the_place_of_the_options(desk):
    made = create(desk)

    edited = send(
        desk, "PUT", f"{ADDRESS}/{made['uuid']}", written("short_text", "2045"), **{"If-Match": made["etag"]}
    ).json()

    assert (edited["kind"], edited["options"], edited["key_options"], edited["accepted"]) == (
        "short_text",
        [],
        [],
        ["2045"],
    )


def test_a_question_goes_through_the_hands_of_two_people(desk, second_desk):
    address = f"{ADDRESS}/{create(desk)['uuid']}"

    with time_machine.travel(NOON, tick=False):
        states = [send(desk, "POST", f"{address}/submit").json()["state"]]
        states.append(send(second_desk, "POST", f"{address}/return", {"reason": "Thiếu năm."}).json()["state"])
        states.append(send(desk, "POST", f"{address}/submit").json()["state"])
        approved = send(second_desk, "POST", f"{address}/approve").json()

    assert [*states, approved["state"]] == ["in_review", "draft", "in_review", "approved"]
    at = "2026-11-18T12:00:00+07:00"
    assert approved["reviews"] == [
        {"reviewer": "Lê Văn Duyệt", "decision": "approve", "reason": "", "at": at},
        {"reviewer": "Lê Văn Duyệt", "decision": "return", "reason": "Thiếu năm.", "at": at},
    ]


@pytest.mark.parametrize("extra_role", [None, Role.ADMIN])
def test_authors_never_approve_their_own_even_as_admin(extra_role, desk, author):
    if extra_role:
        author.staff_roles.create(role=extra_role)
    address = f"{ADDRESS}/{create(desk)['uuid']}"
    send(desk, "POST", f"{address}/submit")

    answer = send(desk, "POST", f"{address}/approve")

    assert refusal(answer) == (403, "own_question", [])
    assert desk.get(address).json()["state"] == "in_review"
    assert not Review.objects.exists()


def test_whoever_edited_a_draft_is_an_author_of_it(desk, second_desk, signed_in):
    made = create(desk)
    address = f"{ADDRESS}/{made['uuid']}"
    send(second_desk, "PUT", address, body(stem="Sửa bởi người thứ hai?"), **{"If-Match": made["etag"]})
    send(desk, "POST", f"{address}/submit")
    third = signed_in(make_person(roles=[Role.ORGANIZER]))

    answers = [send(client, "POST", f"{address}/approve").status_code for client in (desk, second_desk, third)]

    assert answers == [403, 403, 200]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"key_options": []}, ["key_options"]),
        ({"citations": []}, ["citations"]),
        ({"key_options": [], "citations": [], "explanation": ""}, ["citations", "explanation", "key_options"]),
        ({"key_options": [1, 3]}, ["key_options"]),
        ({"kind": "multiple", "key_options": [1, 2, 3]}, ["key_options"]),
        ({"options": [{"option": n, "text": "2045"} for n in (1, 2, 3)]}, ["options.2", "options.3"]),
        ({"valid_as_of": "2999-01-01"}, ["valid_as_of"]),
        (written("short_text"), ["accepted"]),
        (written("short_text", "2045", "", "2045.", explanation=""), ["accepted.2", "accepted.3", "explanation"]),
        (written("essay", explanation="", citations=[]), ["citations", "explanation"]),
    ],
)
def test_an_incomplete_draft_is_kept_and_not_submitted(changed, fields, desk):
    address = f"{ADDRESS}/{create(desk, **changed)['uuid']}"

    answer = send(desk, "POST", f"{address}/submit")

    assert refusal(answer) == (422, "question_incomplete", fields)
    assert desk.get(address).json()["state"] == "draft"


def test_editing_asks_for_the_version_it_changes(desk):
    make_clause(path="II.2")
    made = create(desk)
    address = f"{ADDRESS}/{made['uuid']}"

    without = send(desk, "PUT", address, body())
    edited = send(
        desk,
        "PUT",
        address,
        body(citations=[{"document": "15-nq-tw-2022", "clause_path": "II.2", "quote": ""}]),
        **{"If-Match": made["etag"]},
    )
    stale = send(desk, "PUT", address, body(stem="Ghi đè?"), **{"If-Match": made["etag"]})

    assert refusal(without) == (428, "precondition_required", [])
    assert refusal(stale) == (412, "precondition_failed", [])
    assert (edited.status_code, edited.json()["version"]) == (200, 1)
    assert desk.get(address).json() == edited.json()
    assert [one["clause_path"] for one in edited.json()["citations"]] == ["II.2"]


def test_editing_an_approved_question_makes_a_new_draft_and_leaves_the_old_in_force(desk):
    version = make_question(stem="Câu đã duyệt?")
    address = f"{ADDRESS}/{version.question.uuid}"
    etag = desk.get(address).json()["etag"]

    edited = send(desk, "PUT", address, body(), **{"If-Match": etag}).json()

    version.refresh_from_db()
    assert (edited["version"], edited["state"]) == (2, "draft")
    assert [(one["number"], one["state"]) for one in edited["versions"]] == [(2, "draft"), (1, "approved")]
    assert (version.stem, version.state) == ("Câu đã duyệt?", "approved")


def test_approving_a_new_version_takes_the_old_one_out_of_force(desk, second_desk):
    version = make_question()
    address = f"{ADDRESS}/{version.question.uuid}"
    send(desk, "PUT", address, body(), **{"If-Match": desk.get(address).json()["etag"]})
    send(desk, "POST", f"{address}/submit")

    approved = send(second_desk, "POST", f"{address}/approve").json()

    assert [(one["number"], one["state"]) for one in approved["versions"]] == [(2, "approved"), (1, "retired")]


def test_a_used_question_says_so(desk):
    contest = make_contest(pool_size=3)
    used = contest.rounds.get().pool.first().version

    assert desk.get(f"{ADDRESS}/{used.question.uuid}").json()["used"] is True


def test_what_is_being_reviewed_cannot_be_edited_or_submitted_again(desk):
    made = create(desk)
    address = f"{ADDRESS}/{made['uuid']}"
    etag = send(desk, "POST", f"{address}/submit").json()["etag"]

    edited = send(desk, "PUT", address, body(stem="Khác?"), **{"If-Match": etag})

    assert refusal(edited) == (409, "question_state", [])
    assert refusal(send(desk, "POST", f"{address}/submit")) == (409, "question_state", [])
    assert desk.get(address).json()["stem"] == made["stem"]


@pytest.mark.parametrize(
    ("changed", "code", "fields"),
    [
        ({"stem": ""}, "invalid_input", ["stem"]),
        ({"stem": "x" * 401}, "invalid_input", ["stem"]),
        ({"stem": "a\u202eb"}, "invalid_input", ["stem"]),
        ({"stem": "a\x07b"}, "invalid_input", ["stem"]),
        ({"stem": "a\x00b"}, "invalid_input", []),
        ({"kind": "oral"}, "invalid_input", ["kind"]),
        ({"difficulty": 4}, "invalid_input", ["difficulty"]),
        ({"topic": "khong-co"}, "invalid_input", ["topic"]),
        ({"valid_as_of": "2026-02-30"}, "invalid_input", ["valid_as_of"]),
        ({"key_options": [4]}, "invalid_input", ["key_options"]),
        ({"key_options": [5]}, "invalid_input", ["key_options"]),
        ({"options": [{"option": 2, "text": "a"}]}, "invalid_input", ["options"]),
        ({"options": [{"option": n, "text": "a"} for n in range(1, 6)]}, "invalid_input", ["options"]),
        ({"citations": [{"document": "15-nq-tw-2022", "clause_path": "IX"}]}, "invalid_input", ["citations.1"]),
        (
            {"citations": [{"document": "15-nq-tw-2022", "clause_path": "II.1", "quote": "từ " * 16}]},
            "invalid_input",
            ["citations.1"],
        ),
        ({"accepted": ["2045"]}, "invalid_input", ["accepted"]),
        ({"kind": "short_text"}, "invalid_input", ["key_options", "options"]),
        ({"kind": "essay", "options": []}, "invalid_input", ["key_options"]),
        (written("essay", "2045"), "invalid_input", ["accepted"]),
        (written("short_text", "x" * 201), "invalid_input", ["accepted"]),
        (written("short_text", "a\tb"), "invalid_input", ["accepted.1"]),
        (written("short_text", *"0123456789a"), "invalid_input", ["accepted"]),
        (written("short_text") | {"accepted": "2045"}, "invalid_input", ["accepted"]),
        ({"state": "approved"}, "unknown_field", []),
        ({"author": 1}, "unknown_field", []),
        ({"options": [{"option": 1, "text": "a", "is_key": True}]}, "unknown_field", []),
    ],
)
def test_bad_content_is_refused_and_nothing_is_stored(changed, code, fields, desk):
    before = QuestionVersion.objects.count()

    answer = send(desk, "POST", ADDRESS, body(**changed))

    assert refusal(answer) == (400, code, fields)
    assert (QuestionVersion.objects.count(), Question.objects.count()) == (before, before)


def test_markup_and_templates_stay_literal_text(desk):
    hostile = "<img src=x onerror=alert(1)> {{7*7}} ' OR 1=1 --"

    assert create(desk, stem=hostile)["stem"] == hostile


def test_accents_typed_apart_are_stored_composed(desk):
    assert create(desk, stem="Na\u0306m na\u0300o?")["stem"] == "Năm nào?"


def test_a_key_that_is_taken_is_refused(desk):
    create(desk, key="cau-moi")

    assert refusal(send(desk, "POST", ADDRESS, body(key="cau-moi"))) == (409, "question_key_taken", [])


def test_a_return_needs_a_reason(desk, second_desk):
    address = f"{ADDRESS}/{create(desk)['uuid']}"
    send(desk, "POST", f"{address}/submit")

    assert refusal(send(second_desk, "POST", f"{address}/return", {"reason": " "})) == (
        400,
        "invalid_input",
        ["reason"],
    )
    assert desk.get(address).json()["state"] == "in_review"


@pytest.mark.parametrize("roles", [None, [], [Role.BOARD]])
def test_nobody_without_the_role_sees_a_key_or_does_anything(roles, signed_in):
    version = make_question(stem="canary-stem", accepted=["canary-text"], explanation="canary-why", state="in_review")
    client = Client() if roles is None else signed_in(make_person(roles=roles))
    one = f"{ADDRESS}/{version.question.uuid}"
    calls = [("GET", ADDRESS), ("POST", ADDRESS), ("GET", one), ("PUT", one), ("OPTIONS", one), ("HEAD", one)]
    calls += [("POST", f"{one}/{verb}") for verb in ("submit", "approve", "return")] + [("GET", "/api/staff/topics")]

    answers = [
        send(client, method, address, body() if method in {"POST", "PUT"} else None) for method, address in calls
    ]

    assert {answer.status_code for answer in answers} == ({401} if roles is None else {403})
    assert "canary" not in "".join(answer.content.decode() for answer in answers)
    version.refresh_from_db()
    assert version.state == "in_review"


@pytest.mark.parametrize("verb", ["submit", "approve", "return", ""])
def test_an_unknown_question_is_not_found(verb, desk):
    address = f"{ADDRESS}/00000000-0000-4000-8000-000000000000" + (f"/{verb}" if verb else "")

    answer = send(desk, "POST" if verb else "GET", address, {"reason": "x"} if verb == "return" else None)

    assert refusal(answer) == (404, "not_found", [])
