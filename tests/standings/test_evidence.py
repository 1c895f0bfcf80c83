"""The evidence of a wrong key: what staff find of a contest's questions, and what people chose at them."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Round
from backend.core.rules.essays import Essay
from backend.core.text import fold
from backend.questions.models import Citation, QuestionVersion
from backend.results.choices import count_choices
from backend.results.services import ChangePlan, record_results
from tests.factories import NOON, make_contest, make_essay, make_person, make_question, make_short_text, make_unit
from tests.results.sitting import apply, compute, correct, pool_of, propose, sit

pytestmark = pytest.mark.django_db
QUESTIONS = "/api/staff/contests/hoi-thi/questions"


@pytest.fixture
def one() -> Round:
    return make_contest(key="hoi-thi", question_count=3, pool_size=3).rounds.get()


def client_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def desk() -> Client:
    return client_of(make_person(roles=[Role.ORGANIZER]))


def citizen(name: str = "Lê Thị Hoa") -> Person:
    return make_person(name=name, territory=make_unit())


def choices(version: QuestionVersion, client: Client | None = None) -> Any:
    return (client or desk()).get(f"{QUESTIONS}/{version.question.uuid}/versions/{version.number}/choices")


def test_the_choices_show_that_good_people_agree_on_another_option(one):
    wrong, second, third = pool_of(one.contest)
    sit(one, citizen())
    for _ in range(3):
        sit(one, citizen(), choices={wrong.pk: {4}})
    sit(one, citizen(), choices={wrong.pk: {2}, second.pk: {1}, third.pk: {1}})
    sit(one, citizen(), skipped=[wrong.pk])
    start_attempt(person=citizen(), round=one, now=NOON)

    found = choices(wrong).json()["choices"]

    assert {name: found[name] for name in ("entries", "read", "held", "open", "right")} == {
        "entries": 6,
        "read": 6,
        "held": 6,
        "open": 1,
        "right": 1,
    }
    assert found["options"] == [
        {"option": 1, "count": 1, "elsewhere": 1.0},
        {"option": 2, "count": 1, "elsewhere": 0.0},
        {"option": 3, "count": 0, "elsewhere": None},
        {"option": 4, "count": 3, "elsewhere": 1.0},
    ]
    assert found["sets"] == [
        {"options": [4], "count": 3},
        {"options": [1], "count": 1},
        {"options": [2], "count": 1},
    ]


def test_several_options_are_counted_alone_and_together():
    many = make_question(key=(1, 3))
    one = make_contest(key="hoi-thi", question_count=1, pool_size=0, pool=[many]).rounds.get()
    for options in ({1, 3}, {1, 3}, {1, 2, 3}, {2}):
        sit(one, citizen(), choices={many.pk: options})

    found = choices(many).json()["choices"]

    assert [(row["option"], row["count"], row["elsewhere"]) for row in found["options"]] == [
        (1, 3, None),
        (2, 2, None),
        (3, 3, None),
        (4, 0, None),
    ]
    assert [(row["options"], row["count"]) for row in found["sets"]] == [([1, 3], 2), ([1, 2, 3], 1), ([2], 1)]
    assert (found["right"], found["held"]) == (2, 4)


def test_after_a_regrade_the_sums_are_those_of_the_keys_in_force(one):
    wrong = pool_of(one.contest)[0]
    sit(one, citizen(), choices={wrong.pk: {4}})
    sit(one, citizen(), choices={wrong.pk: {2}})
    apply(compute(propose(one.contest, correct(wrong, 4))))
    corrected = choices(wrong).json()
    apply(compute(propose(one.contest, ChangePlan(wrong, "drop_question"))))
    dropped = choices(wrong).json()

    assert (corrected["keys"], corrected["choices"]["right"]) == ([[4]], 1)
    assert (dropped["keys"], dropped["choices"]["right"]) == ([], 2)
    assert [row["elsewhere"] for row in dropped["choices"]["options"]] == [None, 1.0, None, 1.0]


def test_more_attempts_than_are_read_leave_a_sample_of_that_size(one):
    wrong = pool_of(one.contest)[0]
    for _ in range(4):
        sit(one, citizen())

    found = count_choices(contest_id=one.contest_id, version_id=wrong.pk, key_version=1, most=3)

    assert (found.read, found.held) == (3, 3)


def test_another_contests_attempts_are_not_counted(one):
    shared = pool_of(one.contest)
    elsewhere = make_contest(key="noi-khac", question_count=3, pool_size=0, pool=shared).rounds.get()
    sit(elsewhere, citizen())
    sit(one, citizen(), choices={shared[0].pk: {3}})

    found = choices(shared[0]).json()["choices"]

    assert (found["entries"], found["sets"]) == (1, [{"options": [3], "count": 1}])


def test_questions_are_found_without_diacritics_with_key_and_proof():
    wanted = make_question(key=(1,), state="draft")
    Citation.objects.filter(version=wanted).update(quote="trục cảnh quan sông Hồng")
    QuestionVersion.objects.filter(pk=wanted.pk).update(search_key=fold("Quy hoạch sông Hồng"), state="approved")
    others = pool_of(make_contest(key="hoi-thi", pool=[wanted]))[1:]

    found = desk().get(QUESTIONS, {"q": "Sông Hồng"}).json()

    assert (found["total"], found["next"]) == (1, None)
    assert found["results"] == [
        {
            "question": str(wanted.question.uuid),
            "key": wanted.question.key,
            "version": 1,
            "kind": "single",
            "stem": wanted.stem,
            "options": [{"option": n, "text": text} for n, text in enumerate(wanted.options, start=1)],
            "keys": [[1]],
            "texts": [],
            "rounds": [{"round": 1, "place": None}],
            "explanation": wanted.explanation,
            "citations": [
                {
                    "document_number": "15-NQ/TW",
                    "clause_label": "mục II.1",
                    "clause_heading": "Tiêu đề II.1",
                    "summary": "Tóm tắt II.1",
                    "quote": "trục cảnh quan sông Hồng",
                }
            ],
        }
    ]
    by_uuid = desk().get(QUESTIONS, {"question": str(others[0].question.uuid)}).json()["results"]
    assert [row["key"] for row in by_uuid] == [others[0].question.key]
    assert desk().get(QUESTIONS, {"q": "!!!"}).json()["total"] == 0


def test_where_everybody_has_the_same_paper_a_question_is_found_by_its_place():
    contest = make_contest(key="hoi-thi", question_count=3, pool_size=3, rules={"paper": "fixed"})
    third = pool_of(contest)[2]

    found = desk().get(QUESTIONS, {"q": "câu 3"}).json()["results"]

    assert [(row["key"], row["rounds"]) for row in found] == [(third.question.key, [{"round": 1, "place": 3}])]


def test_pages_of_questions_follow_one_another(one):
    client = desk()

    first = client.get(QUESTIONS, {"limit": 2}).json()
    rest = client.get(QUESTIONS, {"limit": 2, "after": first["next"]}).json()

    assert [row["key"] for page in (first, rest) for row in page["results"]] == [
        version.question.key for version in pool_of(one.contest)
    ]
    assert (first["total"], rest["next"]) == (3, None)
    assert client.get(QUESTIONS, {"after": "x"}).status_code == 400


def test_a_question_that_the_contest_does_not_ask_is_not_found(one):
    client = desk()
    foreign = make_question()

    missing = [choices(foreign, client), client.get(f"{QUESTIONS}/{uuid4()}/versions/1/choices")]

    assert [answer.status_code for answer in missing] == [404, 404]


def test_only_organizers_see_keys_and_choices(one):
    wrong = pool_of(one.contest)[0]
    person = citizen()
    sit(one, person)

    for caller, status in ((None, 401), (person, 403), (make_person(roles=[Role.BOARD]), 403)):
        client = client_of(caller)
        answers = [client.get(QUESTIONS), choices(wrong, client)]
        assert [answer.status_code for answer in answers] == [status] * 2
        assert [answer for answer in answers if wrong.stem in answer.content.decode()] == []
    shown = choices(wrong)
    assert shown["Cache-Control"] == "no-store"
    assert [word for word in (person.email, person.profile.display_name) if word in shown.content.decode()] == []


@pytest.mark.parametrize("people", [1, 4])
def test_the_evidence_takes_the_same_queries_for_any_number(one, people, django_assert_max_num_queries):
    wrong = pool_of(one.contest)[0]
    for _ in range(people):
        sit(one, citizen())
    client = desk()

    with django_assert_max_num_queries(23):
        assert choices(wrong, client).status_code == 200
    with django_assert_max_num_queries(13):
        assert client.get(QUESTIONS, {"limit": 1 if people == 1 else 3}).status_code == 200


def written(one: Round, text: str | None, *, by: Person | None = None) -> None:
    """Play an attempt of one question that is answered in words, and rightly of another one that is not."""
    attempt = start_attempt(person=by or citizen(), round=one, now=NOON)[0]
    places = [(1, [attempt.paper[0][1].index(1) + 1], None)]
    places += [] if text is None else [(2, [], text)]
    Answer.objects.bulk_create(
        Answer(attempt=attempt, round=one, item=item, seq=item, choice=choice, text=given, received_at=NOON)
        for item, choice, given in places
    )
    submit_attempt(attempt=attempt, prediction=None, received_at=NOON)


def test_what_was_written_is_summed_up_by_reading_and_what_few_people_wrote_is_not_told():
    asked = make_short_text("2030", "năm 2030")
    rules = {"kinds": ("single", "short_text"), "paper": "fixed", "attempts_per_round": None}
    pool = [make_question(key=(1,)), asked]
    one = make_contest(key="hoi-thi", question_count=2, pool_size=0, pool=pool, rules=rules).rounds.get()
    for text in ("Năm 2045", "Năm  2045", "Năm 2045 ", "NĂM 2045", "2030", None, "", "?"):
        written(one, text)
    for text in ("TUẤN ANH", "tuấn anh", "Tuấn Anh!"):
        written(one, text)
    alone = citizen()
    for text in ("Lê Thị Hoa 0901234567",) * 4 + ("lê thị hoa 0901234567",):
        written(one, text, by=alone)
    for _ in range(2):
        written(one, "hai người")
    client = desk()

    answer = choices(asked, client)
    found = answer.json()

    assert found["choices"] | {"as_of": None} == {
        "as_of": None,
        "entries": 18, "read": 18, "held": 18, "open": 3, "right": 1, "options": [], "sets": [], "other_texts": 7,
        "texts": [
            {"text": "Năm 2045", "count": 4, "is_accepted": False, "elsewhere": 1.0},
            # Nobody's spelling is that of three people: how it reads is told.
            {"text": "tuấn anh", "count": 3, "is_accepted": False, "elsewhere": 1.0},
            {"text": "2030", "count": 1, "is_accepted": True, "elsewhere": 1.0},
        ],
    }  # fmt: skip
    assert (found["kind"], found["keys"], found["texts"], found["options"]) == (
        "short_text", [], ["2030", "năm 2030"], [],
    )  # fmt: skip
    assert not any(leak in answer.content.decode() for leak in ("0901234567", "hai người", "TUẤN"))
    apply(compute(propose(one.contest, ChangePlan(asked, "drop_question"))))
    dropped = choices(asked, client).json()
    assert (dropped["texts"], dropped["choices"]["right"]) == ([], 18)
    assert [row["elsewhere"] for row in dropped["choices"]["texts"]] == [1.0, 1.0]


def test_no_more_than_twenty_wordings_are_shown_and_the_most_frequent_come_first():
    asked = make_short_text("2030")
    contest = make_contest(key="hoi-thi", question_count=1, pool_size=0, pool=[asked], rules={"kinds": ("short_text",)})
    one, people = contest.rounds.get(), [citizen() for _ in range(4)]
    texts = [f"năm {2000 + number}" for number in range(22)]
    attempts = []
    for place, text in enumerate(texts):
        for person in people[: 4 if place == 21 else 3]:
            attempts.append((Attempt(person=person, contest=contest, round=one, number=place + 1, seed=1,
                paper=[[asked.pk, []]], started_at=NOON, deadline_at=one.closes_at, state="submitted",
                submitted_at=NOON), text))  # fmt: skip
    Attempt.objects.bulk_create(attempt for attempt, _ in attempts)
    Answer.objects.bulk_create(
        Answer(attempt=attempt, round=one, item=1, seq=1, choice=[], text=text, received_at=NOON)
        for attempt, text in attempts
    )
    record_results(attempt_ids=[attempt.pk for attempt, _ in attempts])

    found = choices(asked).json()["choices"]

    assert [row["text"] for row in found["texts"]] == [texts[21], *texts[:19]]
    assert (found["other_texts"], found["held"]) == (6, 67)


def test_essays_are_not_among_the_questions_whose_keys_may_be_wrong():
    essay = make_essay()
    rules = {"essay": Essay(1, 10), "ranking": ("score",), "paper": "fixed", "kinds": ("single",)}
    pool = [essay, *(make_question(key=(1,)) for _ in range(2))]
    make_contest(key="hoi-thi", question_count=2, pool_size=0, pool=pool, rules=rules)

    found = desk().get(QUESTIONS).json()

    assert [(row["kind"], row["rounds"][0]["place"]) for row in found["results"]] == [("single", 1), ("single", 2)]
    assert choices(essay).status_code == 404
