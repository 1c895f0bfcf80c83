"""Read contests and rounds. States are derived from the clock that the caller passes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from backend.contests.enums import ContestState, RoundState
from backend.contests.errors import ContestClosed, ContestNotOpen
from backend.contests.models import Contest, Round, RoundQuestion
from backend.core.drawing import Candidate, Cell
from backend.core.errors import NotFound
from backend.core.rulebook import Rulebook
from backend.core.rules.plans import Period, Plan
from backend.core.rules.showing import Showing
from backend.core.timing import GRACE
from backend.questions.enums import QuestionKind
from backend.questions.queries import get_topic_titles

_frozen_rulebooks: dict[tuple[int, str], Rulebook] = {}


def list_contests() -> QuerySet[Contest]:
    """Return all contests, newest first, with rounds and documents at hand (three queries in all)."""
    return Contest.objects.order_by("-created_at", "-id").prefetch_related("rounds", "documents")


def get_contest(*, key: str) -> Contest:
    """Return one contest. Raises NotFound."""
    contest = list_contests().filter(key=key).first()
    if contest is None:
        raise NotFound
    return contest


def get_round(*, uuid: UUID) -> Round:
    """Return one round with its contest. Raises NotFound."""
    found = Round.objects.select_related("contest").filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    return found


def round_state(one: Round, *, now: datetime) -> RoundState:
    """Tell where the round is: open in the half-open period [opens_at, closes_at)."""
    if now < one.opens_at:
        return RoundState.UPCOMING
    return RoundState.OPEN if now < one.closes_at else RoundState.CLOSED


def contest_state(rounds: Sequence[Round], *, now: datetime) -> ContestState:
    """Tell where a contest is from the states of its rounds."""
    states = {round_state(one, now=now) for one in rounds}
    if RoundState.OPEN in states:
        return ContestState.OPEN
    if states == {RoundState.UPCOMING, RoundState.CLOSED}:
        return ContestState.BETWEEN
    return ContestState.CLOSED if states == {RoundState.CLOSED} else ContestState.UPCOMING


def check_round_open(one: Round, *, now: datetime) -> None:
    """Raise ContestNotOpen or ContestClosed, with the times a person needs, unless the round is open."""
    state = round_state(one, now=now)
    times: dict[str, Any] = {"server_time": now, "opens_at": one.opens_at, "closes_at": one.closes_at}
    if state is RoundState.UPCOMING:
        raise ContestNotOpen(**times, opens_at_text=local_text(one.opens_at))
    if state is RoundState.CLOSED:
        raise ContestClosed(**times, closes_at_text=local_text(one.closes_at))


def are_keys_released(one: Round, *, now: datetime) -> bool:
    """Tell whether the answer keys of the round may be shown: never while an answer could still count."""
    if now < one.keys_release_at or now <= one.closes_at + GRACE:
        return False
    rule = rulebook_of(one.contest).keys_showing
    return rule.is_shown(now=now, round_closes_at=one.closes_at, contest_closes_at=_contest_closes_at(rule, one))


def keys_released_at(one: Round) -> datetime | None:
    """Return when the answer keys of the round are to be shown; None where the rules never show them."""
    rule = rulebook_of(one.contest).keys_showing
    shown_at = rule.shown_at(round_closes_at=one.closes_at, contest_closes_at=_contest_closes_at(rule, one))
    # To people it is the close, or the hour that was planned; the grace is ours.
    return None if shown_at is None else max(one.keys_release_at, shown_at - GRACE)


def result_shown_at(one: Round, *, now: datetime) -> datetime | None:
    """Return the instant after which results of the round may be seen; None where they may be seen already."""
    rule = rulebook_of(one.contest).result_showing
    shown_at = rule.shown_at(round_closes_at=one.closes_at, contest_closes_at=_contest_closes_at(rule, one))
    return shown_at if shown_at is not None and now <= shown_at else None


def is_result_shown(subject: Round | Contest, *, now: datetime) -> bool:
    """Tell whether persons may see their results of the round, and everybody its board.

    Of a contest: whether figures over all of it give nothing away, which is once those of every round begun are shown.
    """
    if isinstance(subject, Contest):
        rounds = [one for one in subject.rounds.all() if one.opens_at <= now]
        return all(result_shown_at(one, now=now) is None for one in rounds)
    return result_shown_at(subject, now=now) is None


def _contest_closes_at(rule: Showing, one: Round) -> datetime:
    """Return when the last round closes; where rounds are prefetched, without a query."""
    if not rule.waits_for_contest:
        return one.closes_at
    return max(other.closes_at for other in one.contest.rounds.all())


def local_text(instant: datetime) -> str:
    """Write an instant as people in Hanoi read it: "23:00 ngày 22/11/2026"."""
    return timezone.localtime(instant).strftime("%H:%M ngày %d/%m/%Y")


def rulebook_of(contest: Contest) -> Rulebook:
    """Return the contest's rules as the engine reads them."""
    if contest.frozen_at is None:
        return Rulebook.from_json(contest.rulebook)
    # Frozen rules never change: a trigger sees to it. So one process reads each rulebook once.
    name = (contest.pk, contest.rulebook_hash)
    if name not in _frozen_rulebooks:
        _frozen_rulebooks[name] = Rulebook.from_json(contest.rulebook)
    return _frozen_rulebooks[name]


def titles_for(rulebooks: Iterable[Rulebook], *, language: str = "vi") -> dict[str, str]:
    """Return the titles of the topics that the rules name, by key. No rulebook that names one, no query."""
    keys = frozenset[str]().union(*(one.topics for one in rulebooks))
    return get_topic_titles(keys, language=language) if keys else {}


def is_identity_asked(*, now: datetime) -> bool:
    """Tell whether a contest that has not closed yet demands an identity number."""
    going = Contest.objects.filter(Exists(Round.objects.filter(contest=OuterRef("pk"), closes_at__gt=now)))
    return any(rulebook_of(one).demands_identity for one in going)


# Rules are frozen before the first round opens, so one process reads those of its results once.
@lru_cache(maxsize=64)
def rulebook_in_play(contest_id: int) -> Rulebook:
    """Return the rules of a contest in which attempts have been made."""
    return Rulebook.from_json(Contest.objects.values_list("rulebook", flat=True).get(pk=contest_id))


def plan_of(contest: Contest) -> Plan:
    """Return rules and rounds as the pure rules read them."""
    rounds = (Period(one.number, one.opens_at, one.closes_at) for one in contest.rounds.all())
    return Plan(contest.title, rulebook_of(contest), tuple(rounds))


def blueprint_of(one: Round) -> tuple[Cell, ...]:
    """Return how a paper of the round is composed: by the quotas of the rules, where they have any."""
    return rulebook_of(one.contest).cells or tuple(
        Cell(cell["topic"], cell["difficulty"], cell["count"]) for cell in one.blueprint
    )


# A round's pool is fixed when it is laid out, so one process reads it once.
@lru_cache(maxsize=64)
def candidates_of_round(round_id: int) -> tuple[Candidate, ...]:
    """Return the question versions that papers of the round may hold."""
    # A fixed set is asked in the order it was laid out in.
    rows = (
        RoundQuestion.objects.filter(round_id=round_id)
        .order_by("pk")
        .values_list("version_id", "version__topic__key", "version__difficulty", "version__options", "version__kind")
    )
    return tuple(
        Candidate(version, topic, difficulty, len(options), kind == QuestionKind.ESSAY)
        for version, topic, difficulty, options, kind in rows
    )
