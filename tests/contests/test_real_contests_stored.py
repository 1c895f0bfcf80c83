"""Twelve real contests on a real server: through the services everything ends as the pure rules say."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from backend.accounts.enums import Role
from backend.accounts.models import Person, Profile
from backend.accounts.services import state_identity
from backend.attempts.errors import AttemptLimit, ContestAttemptLimit, DayAttemptLimit, WeekAttemptLimit
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import AnswerWrite, start_attempt, submit_attempt, sweep
from backend.attempts.services.statement import write_answers
from backend.contests.errors import (
    AgeNeeded,
    ContestClosed,
    ContestNotOpen,
    IdentityNeeded,
    PersonExcluded,
    TooYoung,
)
from backend.contests.models import Contest, Round
from backend.contests.queries import plan_of
from backend.contests.services import RoundPlan, lay_out_contest
from backend.core.drawing import Cell
from backend.core.errors import UserError
from backend.core.merging import Verdict
from backend.core.rules.entries import Entry
from backend.core.rules.plans import Plan
from backend.core.rules.playing import Played, Refusal, Sitting, play
from backend.core.rules.prizes import Award, Turnout, award_units
from backend.core.rules.registry import UNIT_MEASURES
from backend.core.timing import GRACE
from backend.infra.group_commit import ReservedConnection
from backend.participation.models import Counter as StoredCount
from backend.questions.queries import get_accepted_texts, get_version_keys
from backend.results.models import Result
from backend.results.queries import counted_results, differences, entry_of
from backend.standings import queries
from backend.standings.awards import awards_of
from backend.standings.models import Standing
from backend.standings.services import rebuild_standings
from backend.units.models import Headcount, Membership, Unit
from tests.contests.announced import FIXTURES, HANOI, paper_of, read_fixture, sitting_of
from tests.factories import make_essay, make_person, make_question, make_short_text, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS: dict[type[UserError], tuple[Refusal, str | None]] = {
    ContestNotOpen: (Refusal.NOT_OPEN, None),
    ContestClosed: (Refusal.NOT_OPEN, None),
    PersonExcluded: (Refusal.EXCLUDED, None),
    TooYoung: (Refusal.TOO_YOUNG, None),
    AgeNeeded: (Refusal.TOO_YOUNG, None),
    IdentityNeeded: (Refusal.NO_IDENTITY, None),
    AttemptLimit: (Refusal.LIMIT, "round"),
    ContestAttemptLimit: (Refusal.LIMIT, "contest"),
    WeekAttemptLimit: (Refusal.LIMIT, "week"),
    DayAttemptLimit: (Refusal.LIMIT, "day"),
}


def lay_out(plan: Plan, key: str) -> Contest:
    """Lay the contest out over a bank that holds enough of each kind, and one question of each more."""
    rules = plan.rulebook
    for number in range(rules.question_count + 2):
        is_multiple = "multiple" in rules.kinds and (rules.kinds == ("multiple",) or number % 3 == 0)
        if "short_text" in rules.kinds and number % 5 == 0:
            make_short_text(f"Năm {2000 + number}", str(2000 + number))
        else:
            make_question(key=(1 + number % 3, 4) if is_multiple else (1 + number % 4,))
    for _ in range(rules.essay_count):
        make_essay()
    return lay_out_contest(
        key=key,
        title=plan.title,
        summary="",
        rulebook=rules,
        blueprint=(Cell("kinh-te", 1, rules.question_count),),
        rounds=[RoundPlan(f"Đợt {one.number}", one.opens_at, one.closes_at) for one in plan.rounds],
        document_keys=["15-nq-tw-2022"],
        now=plan.rounds[0].opens_at - timedelta(days=1),
    )


class Stage:
    """The contest as its people live through it: in order of time, and by nothing but the services."""

    def __init__(self, contest: Contest, sittings: list[Sitting]) -> None:
        self.rounds = list(contest.rounds.select_related("contest"))
        self.sittings = sittings
        self.rules = plan_of(contest).rulebook
        self.wards = [make_unit(name=name) for name in ("Phường Đông", "Xã Tây")]
        self.people: dict[str, Person] = {}
        self.begun: dict[int, Attempt] = {}
        self.refused: list[tuple[str, Refusal, str | None]] = []
        self._reserved = ReservedConnection("twelve contests")

    async def play(self) -> None:
        """Let every sitting happen; the clock ends what nobody handed in."""
        try:
            for at, is_start, index in sorted(self._moments(), key=lambda one: one[:2]):
                await sync_to_async(sweep)(now=at)
                if is_start:
                    await sync_to_async(self._start)(index)
                    await self._answer(index)
                elif index in self.begun:
                    await sync_to_async(self._hand_in)(index)
            await sync_to_async(sweep)(now=self.rounds[-1].closes_at + timedelta(minutes=1))
        finally:
            await self._reserved.close()

    def _moments(self) -> Iterator[tuple[datetime, bool, int]]:
        # At one instant what ends comes before what begins.
        for index, sitting in enumerate(self.sittings):
            yield sitting.started_at, True, index
            yield sitting.ended_at, False, index

    def _person(self, sitting: Sitting) -> Person:
        player = sitting.player
        if player.name not in self.people:
            # By turns, so that units have somebody to compare.
            person = make_person(
                name=player.name,
                territory=self.wards[len(self.people) % 2],
                roles=[Role(role) for role in sorted(player.roles)],
            )
            Profile.objects.filter(person=person).update(born_on=player.born_on)
            if player.has_identity:
                number = f"00109000{len(self.people):04}"
                state_identity(person=person, number=number, at=sitting.started_at)
            self.people[player.name] = person
        return self.people[player.name]

    def _round_at(self, at: datetime) -> Round:
        """Return the round whose page somebody has open then: the last that began."""
        return [one for one in self.rounds if one.opens_at <= at][-1]

    def _start(self, index: int) -> None:
        sitting = self.sittings[index]
        person, one = self._person(sitting), self._round_at(sitting.started_at)
        try:
            attempt, is_new = start_attempt(person=person, round=one, now=sitting.started_at)
        except tuple(REFUSALS) as refusal:
            self.refused.append((sitting.player.name, *REFUSALS[type(refusal)]))
            return
        if is_new:
            self.begun[index] = attempt
        else:
            # In the grace after the close the open attempt is shown again; nothing begins.
            assert one.closes_at <= sitting.started_at <= one.closes_at + GRACE
            self.refused.append((sitting.player.name, Refusal.NOT_OPEN, None))

    async def _answer(self, index: int) -> None:
        """Answer by the key, as many as the sitting got right, at the last instant that counts."""
        attempt = self.begun.get(index)
        if attempt is None:
            return
        versions = [version_id for version_id, _ in attempt.paper]
        keys = await sync_to_async(get_version_keys)(versions)
        texts = await sync_to_async(get_accepted_texts)(versions)
        at = min(self.sittings[index].ended_at, attempt.deadline_at + GRACE)
        writes, written = [], {}
        for item, (version_id, order) in enumerate(attempt.paper, start=1):
            if item > self.rules.question_count:
                written[item] = "Một ý tưởng của người dự thi"
            elif item not in self.sittings[index].answers:
                continue
            elif version_id in texts:
                written[item] = f" {texts[version_id][-1].upper()}. "
            else:
                choice = tuple(place for place, option in enumerate(order, start=1) if option in keys[version_id])
                writes.append(AnswerWrite(attempt.pk, item, item, choice, at))
        outcomes = await self._reserved.call(lambda connection: write_answers(connection, writes)) if writes else []
        assert {one.verdict for one in outcomes if one} <= {Verdict.SAVED}
        await sync_to_async(self._write)(attempt, written, at)

    def _write(self, attempt: Attempt, written: dict[int, str], at: datetime) -> None:
        Answer.objects.bulk_create(
            Answer(
                attempt=attempt, round_id=attempt.round_id, item=item, seq=item, choice=[], text=text, received_at=at
            )
            for item, text in written.items()
        )

    def _hand_in(self, index: int) -> None:
        sitting, attempt = self.sittings[index], self.begun[index]
        submit_attempt(attempt=attempt, prediction=self._guess(sitting), received_at=sitting.ended_at)

    def _guess(self, sitting: Sitting) -> int | None:
        """Return the number that the page sends: what cannot be read is not sent."""
        try:
            return self.rules.prediction_rule.parse(sitting.prediction or "") if self.rules.prediction_rule else 5
        except ValueError:
            return None


def facts(entry: Entry) -> tuple[Any, ...]:
    return (
        entry.correct_count, entry.score, entry.used_ms, entry.submitted_at, entry.prediction, entry.begun_at
    )  # fmt: skip


def stored(one: Round, stage: Stage) -> dict[str, Any]:
    """Return what the tables and the board hold of a round, attempts by the order they began in."""
    results = list(Result.objects.filter(round=one).select_related("attempt").order_by("attempt_id"))
    numbers = {result.attempt_id: number for number, result in enumerate(results, start=1)}
    names = {person.pk: name for name, person in stage.people.items()}
    final = queries.is_final(one, now=one.closes_at + timedelta(minutes=1))
    board = queries.board_of(one, final=final)
    lines = queries.list_lines(board, limit=100).lines
    own = {name: counted_results(person=person, rounds=[one]) for name, person in stage.people.items()}
    awards = awards_of(one, final=final)
    units = {str(unit.pk): unit.name for unit in Unit.objects.order_by()}
    return {
        "awards": [
            Award(
                award.prize.name,
                tuple(str(numbers[line.position[-1]]) for line in award.receivers),
                tuple(str(numbers[line.position[-1]]) for tie in award.ties for line in tie.lines),
            )
            for award in awards.persons
        ],
        "unit_awards": [
            Award(
                award.prize.name,
                (units[award.receiver.unit],) if award.receiver else (),
                tuple(sorted(units[tied.unit] for tied in award.tied)),
            )
            for award in awards.units
        ],
        "final": final,
        "entries": [facts(entry_of(result)) for result in results],
        "counted": {
            names[line.person_id]: numbers[line.attempt_id] for line in Standing.objects.filter(round=one)
        },
        "shown_to_them": {name: numbers[found[one.pk].attempt_id] for name, found in own.items() if found},
        "places": [(numbers[line.position[-1]], line.rank, line.tied) for line in lines],
        "actual": board.actual,
    }  # fmt: skip


def turnouts_of(played: Played, stage: Stage, announced: list[Turnout]) -> list[Turnout]:
    """Return what the wards brought together by the pure play, and the units whose figures the fixture announces."""
    people = Counter(
        membership.unit.name
        for name in played.counted
        for membership in stage.people[name].memberships.select_related("unit")
    )
    return [*(Turnout(ward, count) for ward, count in people.items()), *announced]


def announce(one: Round, turnouts: list[Turnout]) -> None:
    """Store the figures of units as counting leaves them: thousands, whose people nobody plays."""
    for turnout in turnouts:
        unit = make_unit(name=turnout.unit, facet=turnout.group)
        StoredCount.objects.create(
            contest=one.contest, round=one, key_version=1, facet=turnout.group, unit=unit, hour=one.opens_at,
            entries=turnout.people, people=turnout.people,
        )  # fmt: skip
        if turnout.headcount is not None:
            Headcount.objects.create(unit=unit, count=turnout.headcount, as_of=one.opens_at.date(), source="Điều lệ")


def expected(played: Played, stage: Stage, announced: list[Turnout]) -> dict[str, Any]:
    """Return what the pure rules say of the same round."""
    turnouts = turnouts_of(played, stage, announced)
    counted = {name: entry.entry_id for name, entry in played.counted.items()}
    places = sorted(played.placings, key=lambda one: (one.rank, one.entry_id))
    return {
        "awards": list(played.awards),
        "unit_awards": award_units(stage.rules.prizes, turnouts, UNIT_MEASURES),
        "final": True,
        "entries": [facts(entry) for entry in played.entries.values()],
        "counted": counted,
        "shown_to_them": counted,
        "places": [(placing.entry_id, placing.rank, placing.is_tied) for placing in places],
        "actual": played.actual if "prediction" in stage.rules.ranking else None,
    }


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_real_contest_ends_in_the_tables_as_the_pure_rules_say(path: Path) -> None:
    plan, script = read_fixture(path)
    paper = paper_of(plan)
    # Nobody has marked an essay yet: it is worth nothing.
    sittings = [replace(sitting_of(line, paper), essay_points=0) for line in script["play"]]
    contest = lay_out(plan, path.stem)
    stage = Stage(contest, sittings)

    async_to_sync(stage.play)()
    announced = [Turnout(*unit) for unit in script["units"]]
    announce(stage.rounds[0], announced)

    pure = play(plan, sittings, paper=paper, zone=HANOI)
    assert plan_of(contest) == plan
    assert stage.refused == [(one.sitting.player.name, one.reason, one.span) for one in pure.refused]
    assert {one.number: stored(one, stage) for one in stage.rounds} == {
        number: expected(played, stage, announced if number == 1 else []) for number, played in pure.rounds.items()
    }
    assert list(differences()) == []
    assert rebuild_standings(apply=False).mismatch_count == 0
    locked = set(Membership.objects.exclude(locked_at=None).values_list("person_id", flat=True))
    wanted = {attempt.person_id for attempt in stage.begun.values()}
    assert locked == (wanted if plan.rulebook.profile_locked_after_first_attempt else set())


def test_the_sittings_reach_the_edges() -> None:
    """What makes the comparison worth something: times at the very edge, and attempts that the clock ends."""
    plans = [(plan, script["play"]) for plan, script in map(read_fixture, FIXTURES)]
    starts = [
        (plan, sitting_of(line, paper_of(plan)).started_at) for plan, played in plans for line in played
    ]  # fmt: skip

    assert any(at == one.opens_at for plan, at in starts for one in plan.rounds)
    assert any(at == one.closes_at for plan, at in starts for one in plan.rounds)
    assert any(b - a == timedelta() for (_, a), (_, b) in pairwise(starts))
