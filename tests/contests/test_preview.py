"""The preview of rules: one sample as data, the same over HTTP, for organizers alone, and never too much of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from backend.accounts.enums import Role
from backend.attempts.models import Attempt
from backend.contests.models import Contest
from backend.contests.preview import NAMES_SHOWN, Preview, SampleAward, SamplePlacing, SampleRefusal, play_sample
from backend.contests.queries import plan_of
from backend.contests.rest import views
from backend.core.rulebook import Rulebook
from backend.core.rules.essays import MARK_STEP, Essay
from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Refusal
from backend.core.rules.prizes import Prize
from backend.core.scoring import POINTS_PER_ITEM
from backend.infra.ratelimit import KeyedBuckets
from tests.factories import make_contest, make_person

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
OPENS = datetime(2026, 11, 2, 1, tzinfo=UTC)


def plan(*, rounds: int = 1, **rules: object) -> Plan:
    periods = (
        Period(number, OPENS + timedelta(weeks=number - 1), OPENS + timedelta(weeks=number - 1, days=6))
        for number in range(1, rounds + 1)
    )
    return Plan("Hội thi thử", Rulebook(**{"question_count": 3, **rules}), tuple(periods))  # type: ignore[arg-type]


def preview(one: Plan, *, count: int = 30, seed: int = 1, language: str = "vi") -> Preview:
    return play_sample(one, count=count, seed=seed, zone=HANOI, language=language)


def test_every_sitting_of_the_sample_is_either_an_entry_or_refused_for_a_reason() -> None:
    shown = preview(plan(rounds=2, attempts_per_round=1, minimum_age=16, identity="number"), count=200)

    assert sum(one.entries for one in shown.rounds) + sum(one.count for one in shown.refused) == 200
    assert [(one.reason, one.span) for one in shown.refused] == [
        (Refusal.LIMIT, "round"),
        (Refusal.NO_IDENTITY, None),
        (Refusal.NOT_OPEN, None),
        (Refusal.TOO_YOUNG, None),
    ]
    assert [(one.number, one.entries, one.all_correct <= one.people) for one in shown.rounds] == [
        (one.number, one.people, True) for one in shown.rounds
    ]


def test_a_sample_is_the_same_for_a_seed_and_the_language_changes_names_alone() -> None:
    one = plan(prizes=(Prize("Giải Nhất"),))

    assert preview(one) == preview(one) != preview(one, seed=2)
    english = preview(one, language="en")
    assert [placing.name for placing in english.rounds[0].placings] == [
        placing.name.replace("Người", "Person") for placing in preview(one).rounds[0].placings
    ]
    assert [placing.used_ms for placing in english.rounds[0].placings] == [
        placing.used_ms for placing in preview(one).rounds[0].placings
    ]


def test_ties_that_the_rules_cannot_break_stay_undecided_and_are_counted_whole() -> None:
    tied = plan(
        ranking=("correct",),
        prediction=None,
        prizes=(Prize("Giải Nhất"), Prize("Giải tập thể", to="unit", by="people", place=1)),
    )

    shown = preview(tied, count=600)

    (award,) = shown.rounds[0].awards
    assert (award.prize, award.to, award.to_count, len(award.undecided)) == ("Giải Nhất", (), 0, NAMES_SHOWN)
    assert award.undecided_count == shown.rounds[0].all_correct > NAMES_SHOWN
    assert shown.not_played == ("Giải tập thể",)
    assert {one.is_tied for one in shown.rounds[0].placings} == {True}


def test_a_sample_of_rules_with_words_and_essays_is_marked_and_ranked_by_all_points() -> None:
    rules = {
        "question_count": 5,
        "kinds": ("single", "short_text"),
        "essay": Essay(2, 10, 2),
        "ranking": ("score", "earliest"),
        "prediction": None,
    }

    (one,) = preview(plan(**rules), count=300).rounds

    best = one.placings[0]
    assert best.points > best.correct_count * POINTS_PER_ITEM
    assert best.points % MARK_STEP == 0
    assert [placing.points for placing in one.placings] == sorted((p.points for p in one.placings), reverse=True)
    assert 0 < one.all_correct < one.people
    assert preview(plan(**rules)) == preview(plan(**rules)) != preview(plan(**{**rules, "essay": Essay(1, 10, 2)}))


def test_a_contest_without_rounds_has_nothing_to_play() -> None:
    assert preview(Plan("Chưa có đợt", Rulebook(), ())) == Preview(0, 1, (), (), ())


@pytest.fixture
def contest() -> Contest:
    prizes = (Prize("Giải Nhất"), Prize("Giải Ba", 2))
    return make_contest(key="thu", rounds=2, rules={"prizes": prizes, "minimum_age": 16})


def url(contest: Contest, **asked: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/api/staff/contests/{contest.key}/preview?{query}"


@pytest.mark.django_db
def test_organizers_see_what_the_command_plays_and_nothing_is_stored(client, contest: Contest) -> None:
    client.force_login(make_person(roles=[Role.ORGANIZER]))

    body = client.get(url(contest, count=40, seed=7)).json()

    expected = play_sample(plan_of(contest), count=40, seed=7, zone=HANOI)
    assert (body["count"], body["seed"], body["not_played"]) == (40, 7, [])
    assert [SampleRefusal(Refusal(one["reason"]), one["span"], one["count"]) for one in body["refused"]] == list(
        expected.refused
    )
    assert len(body["rounds"]) == len(expected.rounds) == 2
    for told, one in zip(body["rounds"], expected.rounds, strict=True):
        assert {name: told[name] for name in ("number", "entries", "people", "all_correct", "actual")} == {
            "number": one.number,
            "entries": one.entries,
            "people": one.people,
            "all_correct": one.all_correct,
            "actual": one.actual,
        }
        assert datetime.fromisoformat(told["opens_at"]) == one.opens_at
        assert datetime.fromisoformat(told["closes_at"]) == one.closes_at
        assert [SamplePlacing(**line) for line in told["placings"]] == list(one.placings)
        assert [
            SampleAward(**{**line, "to": tuple(line["to"]), "undecided": tuple(line["undecided"])})
            for line in told["awards"]
        ] == list(one.awards)
        assert [line["points"] for line in told["placings"]] == [
            line["correct_count"] * POINTS_PER_ITEM for line in told["placings"]
        ]
    assert sum(len(one.placings) for one in expected.rounds) > 0
    assert Attempt.objects.count() == 0


@pytest.mark.django_db
def test_a_sample_of_sixty_is_played_where_nothing_is_asked(client, contest: Contest) -> None:
    client.force_login(make_person(roles=[Role.ADMIN]))

    body = client.get(url(contest)).json()

    assert body == client.get(url(contest, count=60, seed=1)).json()
    assert body["count"] == 60


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "code", "fields"),
    [
        ({"count": 0}, "invalid_input", ["count"]),
        ({"count": -5}, "invalid_input", ["count"]),
        ({"count": 1001}, "invalid_input", ["count"]),
        ({"count": 10_000}, "invalid_input", ["count"]),
        ({"count": "nhiều"}, "invalid_input", ["count"]),
        ({"count": "1e2"}, "invalid_input", ["count"]),
        ({"seed": -1}, "invalid_input", ["seed"]),
        ({"seed": 2**31}, "invalid_input", ["seed"]),
        ({"count": "", "seed": "x"}, "invalid_input", ["count", "seed"]),
        ({"zone": "UTC"}, "unknown_field", None),
    ],
)
def test_samples_that_cannot_be_are_refused(client, contest, asked, code, fields) -> None:
    client.force_login(make_person(roles=[Role.ORGANIZER]))

    response = client.get(url(contest, **asked))

    body = response.json()
    assert (response.status_code, body["code"], sorted(body["fields"]) if "fields" in body else None) == (
        400,
        code,
        fields,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "status", "code"),
    [(None, 401, "not_signed_in"), ([], 403, "role_required"), ([Role.BOARD], 403, "role_required")],
)
def test_nobody_but_organizers_plays_with_the_rules(client, contest, roles, status, code) -> None:
    if roles is not None:
        client.force_login(make_person(roles=roles))

    response = client.get(url(contest, count=40, seed=7))

    assert (response.status_code, response.json()["code"], "rounds" in response.json()) == (status, code, False)


@pytest.mark.django_db
def test_a_contest_that_is_not_there_is_not_found(client, contest: Contest) -> None:
    client.force_login(make_person(roles=[Role.ORGANIZER]))

    response = client.get("/api/staff/contests/khong-co/preview")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.django_db
def test_who_asks_while_another_preview_is_played_is_told_to_come_later(client, monkeypatch, contest: Contest) -> None:
    client.force_login(make_person(roles=[Role.ORGANIZER]))
    other = Client()
    other.force_login(make_person(roles=[Role.ORGANIZER]))
    told: list[Any] = []

    def play(*args: Any, **asked: Any) -> Preview:
        told.append(other.get(url(contest)))
        return play_sample(*args, **asked)

    monkeypatch.setattr(views, "play_sample", play)
    assert client.get(url(contest)).status_code == 200
    monkeypatch.setattr(views, "play_sample", play_sample)

    (refused,) = told
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "rate_limited", "1")
    assert "rounds" not in refused.json()
    assert other.get(url(contest)).status_code == 200


@pytest.mark.django_db
def test_a_preview_that_fails_leaves_the_place_to_the_next(client, monkeypatch, contest: Contest) -> None:
    client.force_login(make_person(roles=[Role.ORGANIZER]))

    def fail(*args: Any, **asked: Any) -> Preview:
        raise RuntimeError

    monkeypatch.setattr(views, "play_sample", fail)
    with pytest.raises(RuntimeError):
        client.get(url(contest))
    monkeypatch.setattr(views, "play_sample", play_sample)

    assert client.get(url(contest)).status_code == 200


@pytest.mark.django_db
def test_a_preview_that_was_not_played_is_not_counted(client, monkeypatch, contest: Contest) -> None:
    monkeypatch.setattr(views, "_previews", KeyedBuckets(per_s=0.001, burst=1))
    client.force_login(make_person(roles=[Role.ORGANIZER]))

    missing = client.get("/api/staff/contests/khong-co/preview")
    with views._at_play:
        busy = client.get(url(contest))
    told = [client.get(url(contest)) for _ in range(2)]

    # Whoever is refused for asking too often leaves the place free.
    assert not views._at_play.locked()
    assert [one.status_code for one in (missing, busy, *told)] == [404, 429, 200, 429]


@pytest.mark.django_db
def test_who_asks_for_one_preview_after_another_is_slowed_down_and_nobody_else(client, monkeypatch, contest) -> None:
    monkeypatch.setattr(views, "_previews", KeyedBuckets(per_s=0.001, burst=2))
    client.force_login(make_person(roles=[Role.ORGANIZER]))
    other = Client()
    other.force_login(make_person(roles=[Role.ORGANIZER]))

    told = [client.get(url(contest)) for _ in range(3)]

    assert [one.status_code for one in told] == [200, 200, 429]
    assert told[2].json()["code"] == "rate_limited"
    assert 1 <= int(told[2]["Retry-After"]) <= 1000
    assert other.get(url(contest)).status_code == 200
