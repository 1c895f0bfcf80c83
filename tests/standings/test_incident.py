"""The incident room: what staff see and do about a wrong key, and what nobody else ever sees of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Answer
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Round
from backend.core.rules.prizes import Prize
from backend.infra import clock
from backend.results import services
from backend.results.models import Result
from backend.results.services import ChangePlan
from backend.standings import moves
from backend.standings.moves import compare_round
from tests.factories import NOON, make_contest, make_person, make_short_text, make_unit
from tests.results.sitting import apply, assert_exact, compute, correct, pool_of, propose, sit

pytestmark = pytest.mark.django_db
PRIZES = (
    Prize("Giải nhất"),
    Prize("Giải nhì", 2),
    Prize("Phường đông nhất", to="unit", by="people", place=1),
)


@pytest.fixture
def one() -> Round:
    return make_contest(key="hoi-thi", question_count=3, pool_size=3, rules={"prizes": PRIZES}).rounds.get()


def client_of(person: Person | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def organizer(name: str = "Nguyễn Biên Tập") -> Person:
    return make_person(name=name, roles=[Role.ORGANIZER])


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(f"/api/staff/contests/hoi-thi/regrades{address}", body or {}, content_type="application/json")


def test_a_wrong_key_from_the_first_report_to_the_new_board(one):
    wrong = pool_of(one.contest)[0]
    ward = make_unit(name="Phường Ba Đình")
    sit(one, make_person(name="Lê Thị Hoa", territory=ward))
    sit(one, make_person(name="Trần Văn An", territory=ward), choices={wrong.pk: {4}})
    author, second = organizer(), organizer("Trần Thẩm Định")
    mine, theirs = client_of(author), client_of(second)

    made = post(
        mine,
        "",
        {
            "reason": "Văn bản ghi khác",
            "changes": [{"question": str(wrong.question.uuid), "version": 1, "kind": "correct_key", "keys": [[4]]}],
        },
    )
    uuid = made.json()["uuid"]
    computing = post(mine, f"/{uuid}/compute")
    assert services.advance_regrades(budget_s=60, now=one.opens_at)
    own = post(mine, f"/{uuid}/approve")
    approved = post(theirs, f"/{uuid}/approve", {"reason": "Đã đối chiếu"})
    old_board = client_of(None).get(f"/api/rounds/{one.uuid}/standings").json()
    applied = post(mine, f"/{uuid}/apply")
    new_board = client_of(None).get(f"/api/rounds/{one.uuid}/standings").json()

    assert (made.status_code, made.json()["changes"]) == (
        201,
        [
            {
                "question": str(wrong.question.uuid),
                "key": wrong.question.key,
                "version": 1,
                "stem": wrong.stem,
                "options": [{"option": n, "text": text} for n, text in enumerate(wrong.options, start=1)],
                "kind": "correct_key",
                "old_keys": [[1]],
                "new_keys": [[4]],
                "old_texts": [],
                "new_texts": [],
            }
        ],
    )
    assert (computing.json()["state"], computing.json()["preview"]) == ("computing", None)
    assert (own.status_code, own.json()["code"]) == (403, "own_regrade")
    preview = approved.json()["preview"]
    first, second_prize = (
        {"prizes": [name], "is_undecided": False, "may_be_none": False, "tied": 1} for name in ("Giải nhất", "Giải nhì")
    )
    hoa = {"name": "L. T. Hoa", "unit_name": "Phường Ba Đình", "rank_before": 1, "rank_after": 2,
           "correct_before": 3, "correct_after": 2, "points_before": None, "points_after": None,
           "prize_before": first, "prize_after": second_prize}  # fmt: skip
    an = {"name": "T. V. An", "unit_name": "Phường Ba Đình", "rank_before": 2, "rank_after": 1,
          "correct_before": 2, "correct_after": 3, "points_before": None, "points_after": None,
          "prize_before": second_prize, "prize_after": first}  # fmt: skip
    assert preview["rounds"] == [
        {
            "round": str(one.uuid),
            "number": 1,
            "title": one.title,
            "final": True,
            "people": 2,
            "risen": 1,
            "fallen": 1,
            "rescored": 2,
            "all_correct": {"before": 1, "after": 1},
            "moves": [an, hoa],
            "prizes": [an, hoa],
            "prize_moves": 2,
        }
    ]
    rest = {name: value for name, value in preview.items() if name not in ("as_of", "rounds")}
    assert rest == {
        "people": {"before": 2, "after": 2},
        "entries": {"before": 2, "after": 2},
        "essays": None,
        "all_correct": {"before": 1, "after": 1},
        "person_prizes": ["Giải nhất", "Giải nhì"],
        "unit_prizes": ["Phường đông nhất"],
        "units": [],
    }
    assert applied.json()["state"] == "applied"
    assert applied.json()["approver"] == "Trần Thẩm Định"
    assert [(step["move"], step["actor"], step["reason"]) for step in applied.json()["steps"]] == [
        ("create", "Nguyễn Biên Tập", "Văn bản ghi khác"),
        ("compute", "Nguyễn Biên Tập", ""),
        ("finish", None, ""),
        ("approve", "Trần Thẩm Định", "Đã đối chiếu"),
        ("apply", "Nguyễn Biên Tập", ""),
    ]
    assert [[line["name"] for line in board["results"]] for board in (old_board, new_board)] == [
        ["L. T. Hoa", "T. V. An"],
        ["T. V. An", "L. T. Hoa"],
    ]
    assert applied.json()["approvers"] == ["Trần Thẩm Định"]
    assert (old_board["epoch"].split(".")[0], new_board["epoch"].split(".")[0]) == ("1", "2")
    assert applied["Cache-Control"] == "no-store"
    assert_exact()


def test_a_rulebook_without_prizes_has_none_in_the_preview():
    one = make_contest(key="hoi-thi", question_count=3, pool_size=3).rounds.get()
    wrong = pool_of(one.contest)[0]
    sit(one, make_person(territory=make_unit()))
    sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}})
    regrade = compute(propose(one.contest, correct(wrong, 4)))

    shown = client_of(organizer()).get(f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}").json()["preview"]

    assert (shown["person_prizes"], shown["unit_prizes"]) == ([], [])
    assert (shown["rounds"][0]["risen"], shown["rounds"][0]["prizes"], shown["rounds"][0]["prize_moves"]) == (1, [], 0)
    assert [(line["prize_before"], line["prize_after"]) for line in shown["rounds"][0]["moves"]] == [(None, None)] * 2


def test_the_preview_tells_a_tie_over_too_few_prizes_from_a_prize(one):
    wrong = pool_of(one.contest)[0]
    ward, at = make_unit(), NOON + timedelta(minutes=1)
    sit(one, make_person(name="Lê Thị Hoa", territory=ward))
    for name in ("Trần Văn An", "Phạm Quốc Bình", "Đỗ Thu Chi"):
        sit(one, make_person(name=name, territory=ward), choices={wrong.pk: {4}}, at=at)
    regrade = compute(propose(one.contest, correct(wrong, 4)))

    shown = client_of(organizer()).get(f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}").json()["preview"]

    drawn = {"prizes": ["Giải nhì"], "is_undecided": True, "may_be_none": True, "tied": 3}
    among = {"prizes": ["Giải nhất", "Giải nhì"], "is_undecided": True, "may_be_none": False, "tied": 3}
    lines = shown["rounds"][0]["prizes"]
    assert [(line["name"], line["prize_before"], line["prize_after"]) for line in lines] == [
        ("T. V. An", drawn, among),
        ("P. Q. Bình", drawn, among),
        ("Đ. T. Chi", drawn, among),
        ("L. T. Hoa", {"prizes": ["Giải nhất"], "is_undecided": False, "may_be_none": False, "tied": 1}, None),
    ]


def test_of_many_whose_prize_changes_the_first_are_named_and_all_are_counted(one, monkeypatch):
    monkeypatch.setattr(moves, "PRIZES_SHOWN", 2)
    wrong = pool_of(one.contest)[0]
    ward = make_unit()
    sit(one, make_person(name="Lê Thị Hoa", territory=ward))
    for _ in range(5):
        sit(one, make_person(name="Trần Văn An", territory=ward), choices={wrong.pk: {4}})
    compute(propose(one.contest, correct(wrong, 4)))

    shown = compare_round(one, base=1, target=2, final=True)

    assert (shown["prize_moves"], [line["name"] for line in shown["prizes"]]) == (6, ["T. V. An", "T. V. An"])
    drawn = {"is_undecided": True, "may_be_none": True, "tied": 5}
    assert shown["prizes"][0]["prize_before"] == {"prizes": ["Giải nhì"], **drawn}
    assert shown["prizes"][0]["prize_after"] == {"prizes": ["Giải nhất", "Giải nhì"], **drawn}


def test_the_preview_names_the_units_whose_counts_change(one):
    wrong = pool_of(one.contest)[0]
    gains, loses, same = make_unit(name="Được"), make_unit(name="Mất"), make_unit(name="Không đổi")
    for ward in (gains, gains):
        sit(one, make_person(territory=ward), choices={wrong.pk: {4}})
    sit(one, make_person(territory=loses))
    sit(one, make_person(territory=same), choices={wrong.pk: {2}})
    regrade = compute(propose(one.contest, correct(wrong, 4), author=organizer()))

    shown = client_of(organizer()).get(f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}").json()["preview"]

    assert [(line["unit"]["name"], line["before"], line["after"]) for line in shown["units"]] == [
        ("Được", 0, 2),
        ("Mất", 1, 0),
    ]
    assert shown["all_correct"] == {"before": 1, "after": 2}


def test_nobody_but_organizers_learns_of_a_regrade_or_its_keys(one):
    wrong = pool_of(one.contest)[0]
    ward = make_unit()
    citizen = make_person(territory=ward)
    Round.objects.update(keys_release_at=clock.now() + timedelta(days=1))
    attempt = sit(one, citizen, choices={wrong.pk: {4}})
    regrade = compute(propose(one.contest, ChangePlan(wrong, "drop_question"), author=organizer()))
    paths = [
        "/api/contests",
        "/api/contests/hoi-thi",
        "/api/contests/hoi-thi/participation",
        f"/api/rounds/{one.uuid}/standings",
        f"/api/rounds/{one.uuid}/participation",
    ]
    staff = [
        "/api/staff/contests/hoi-thi/regrades",
        f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}",
        f"/api/rounds/{one.uuid}/standings?key_version=2",
    ]

    for person, status in ((None, 401), (citizen, 403), (make_person(roles=[Role.BOARD]), 403)):
        client = client_of(person)
        refused = [client.get(path) for path in staff]
        assert [one.status_code for one in refused] == [status] * 3
        told = [client.get(path) for path in paths] + refused
        if person == citizen:
            told.append(client.get(f"/api/attempts/{attempt.uuid}/result"))
            assert (told[-1].json()["correct_count"], told[-1].json()["items"]) == (2, None)
        text = "".join(answer.content.decode() for answer in told)
        assert [
            word for word in (str(regrade.uuid), wrong.question.key, wrong.stem, "drop_question") if word in text
        ] == []


def test_organizers_read_the_boards_of_every_stored_version(one):
    wrong = pool_of(one.contest)[0]
    sit(one, make_person(name="Lê Thị Hoa", territory=make_unit()))
    regrade = compute(propose(one.contest, correct(wrong, 4)))
    client = client_of(organizer())

    def board(number: int) -> Any:
        return client.get(f"/api/rounds/{one.uuid}/standings", {"key_version": number})

    aside = board(2).json()
    apply(regrade)
    earlier = board(1).json()

    assert (aside["results"][0]["correct_count"], aside["epoch"].split(".")[0]) == (2, "2")
    assert (earlier["results"][0]["correct_count"], earlier["epoch"].split(".")[0]) == (3, "1")
    assert (earlier["totals"]["all_correct"], aside["totals"]["all_correct"]) == (1, 0)
    assert board(3).status_code == 404


def test_another_contests_regrade_is_not_found(one):
    elsewhere = make_contest(key="noi-khac")
    regrade = propose(elsewhere, correct(pool_of(elsewhere)[0], 4))
    client = client_of(organizer())

    answers = [client.get(f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}")]
    answers += [post(client, f"/{regrade.uuid}/{step}") for step in ("compute", "approve", "apply", "cancel")]

    assert [answer.status_code for answer in answers] == [404] * 5


def test_an_unknown_question_is_refused_by_its_place(one):
    body = {
        "reason": "x",
        "changes": [{"question": str(one.uuid), "version": 1, "kind": "drop_question"}],
    }

    answer = post(client_of(organizer()), "", body)

    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (
        422,
        "regrade_refused",
        ["changes.0.question"],
    )


@pytest.mark.parametrize("people", [1, 4])
def test_the_preview_takes_the_same_queries_for_any_number(one, people, django_assert_max_num_queries):
    wrong = pool_of(one.contest)[0]
    for index in range(people):
        sit(one, make_person(territory=make_unit()), choices={wrong.pk: {4}} if index % 2 else None)
    regrade = compute(propose(one.contest, correct(wrong, 4)))
    client = client_of(organizer())

    with django_assert_max_num_queries(48):
        assert client.get(f"/api/staff/contests/hoi-thi/regrades/{regrade.uuid}").status_code == 200


def test_a_text_that_many_wrote_is_accepted_for_everybody():
    asked = make_short_text("năm 2030")
    rules = {"kinds": ("short_text",), "prediction": None, "ranking": ("correct", "earliest")}
    contest = make_contest(key="hoi-thi", question_count=1, pool_size=0, pool=[asked], rules=rules)
    one, ward = contest.rounds.get(), make_unit()
    for text in ("2030", " 2030. ", "năm 2030", "2045"):
        attempt = start_attempt(person=make_person(territory=ward), round=one, now=NOON)[0]
        Answer.objects.create(attempt=attempt, round=one, item=1, seq=1, choice=[], text=text, received_at=NOON)
        submit_attempt(attempt=attempt, prediction=None, received_at=NOON)
    mine, theirs = client_of(organizer()), client_of(organizer("Trần Thẩm Định"))
    change = {"question": str(asked.question.uuid), "version": 1, "kind": "accept_several"}

    def propose_texts(*texts: str) -> Any:
        return post(mine, "", {"reason": "Văn bản ghi cả hai cách", "changes": [{**change, "texts": list(texts)}]})

    wrong = propose_texts("năm 2030", "NĂM 2030")
    made = propose_texts("năm 2030", "2030")
    uuid = made.json()["uuid"]
    post(mine, f"/{uuid}/compute")
    assert services.advance_regrades(budget_s=60, now=one.opens_at)
    computed = mine.get(f"/api/staff/contests/hoi-thi/regrades/{uuid}").json()
    post(theirs, f"/{uuid}/approve", {"reason": "Đã đối chiếu"})
    applied = post(mine, f"/{uuid}/apply")

    assert (wrong.status_code, wrong.json()["fields"]) == (
        422,
        {"changes.0.keys": "Nêu từ hai đáp án khác nhau trở lên."},
    )
    assert (made.status_code, made.json()["changes"]) == (
        201,
        [
            {
                **change,
                "key": asked.question.key,
                "stem": asked.stem,
                "options": [],
                "old_keys": [],
                "new_keys": [],
                "old_texts": ["năm 2030"],
                "new_texts": ["năm 2030", "2030"],
            }
        ],
    )
    assert computed["preview"]["all_correct"] == {"before": 1, "after": 3}
    assert computed["preview"]["rounds"][0]["rescored"] == 2
    assert applied.json()["state"] == "applied"
    assert sorted(Result.objects.filter(key_version=2).values_list("correct_count", flat=True)) == [0, 1, 1, 1]
    assert_exact()
