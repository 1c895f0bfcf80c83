"""Play sittings through a rulebook: who is let in, which attempt counts, who ranks where. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from backend.core.ranking import Entry, Placing, RankingOrder, rank
from backend.core.rulebook import Rulebook
from backend.core.rules.limits import Begun, Moment, exceeded
from backend.core.rules.people import is_old_enough
from backend.core.rules.plans import Period, Plan
from backend.core.rules.prizes import Award, award_persons
from backend.core.scoring import Answer, KeyedItem, WrittenItem, as_options, score
from backend.core.timing import deadline, is_in_time, used_ms

# The questions with a key, as everybody gets them.
Paper = Sequence[KeyedItem | WrittenItem]


@dataclass(frozen=True, slots=True)
class Player:
    """A person as the rules see one. `has_identity`: has stated an identity number that no other account uses."""

    name: str
    roles: frozenset[str] = frozenset()
    born_on: date | None = None
    has_identity: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """One try to take part: started, answered (by item), ended; `prediction` as the person wrote it.

    `essay_points` is what people gave for its essays, in units of `scoring.POINTS_PER_ITEM`, all of it published.
    """

    player: Player
    started_at: datetime
    ended_at: datetime
    answers: Mapping[int, Answer]
    prediction: str | None = None
    essay_points: int = 0


class Refusal(StrEnum):
    """Why somebody was not let in."""

    NOT_OPEN = "not_open"
    EXCLUDED = "excluded"
    TOO_YOUNG = "too_young"
    NO_IDENTITY = "no_identity"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Refused:
    """A sitting that did not begin, and the span of the limit where it was one."""

    sitting: Sitting
    reason: Refusal
    span: str | None = None


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a round. `entries` are all attempts by their number, `counted` the one of each person.

    `all_correct` counts people with every answer right, in whichever attempt.
    """

    entries: Mapping[int, Entry]
    counted: Mapping[str, Entry]
    placings: tuple[Placing, ...]
    actual: int | None
    distances: Mapping[str, int | None]
    awards: tuple[Award, ...]
    all_correct: int


@dataclass(frozen=True, slots=True)
class PlayedContest:
    """What became of a contest, by round number."""

    rounds: Mapping[int, Played]
    refused: tuple[Refused, ...]


def play(plan: Plan, sittings: Iterable[Sitting], *, paper: Paper, zone: tzinfo) -> PlayedContest:
    """Let sittings happen in the order they start and settle every round as if the contest were over.

    Everybody gets the same `paper`, its essays left out; a prediction that cannot be read is none. Raises ValueError
    where the paper has not as many items as the rules want, or essays brought more than they may.
    """
    rules = plan.rulebook
    if len(paper) != rules.question_count:
        raise ValueError(f"the paper has {len(paper)} items, the rules want {rules.question_count}")
    begun: dict[str, list[Begun]] = {}
    admitted: dict[int, list[Sitting]] = {one.number: [] for one in plan.rounds}
    refused: list[Refused] = []
    for sitting in sorted(sittings, key=lambda one: one.started_at):
        period = _open_period(plan, sitting.started_at)
        before = begun.setdefault(sitting.player.name, [])
        refusal = _refusal(rules, sitting, period, before, zone)
        if refusal is not None or period is None:
            refused.append(refusal or Refused(sitting, Refusal.NOT_OPEN))
            continue
        before.append(Begun(period.number, sitting.started_at))
        admitted[period.number].append(sitting)
    played = {one.number: _settle(rules, one, admitted[one.number], paper) for one in plan.rounds}
    return PlayedContest(played, tuple(refused))


def _open_period(plan: Plan, instant: datetime) -> Period | None:
    return next((one for one in plan.rounds if one.opens_at <= instant < one.closes_at), None)


def _refusal(
    rules: Rulebook, sitting: Sitting, period: Period | None, begun: Sequence[Begun], zone: tzinfo
) -> Refused | None:
    if period is None:
        return Refused(sitting, Refusal.NOT_OPEN)
    player = sitting.player
    if player.roles & rules.excluded_roles:
        return Refused(sitting, Refusal.EXCLUDED)
    today = sitting.started_at.astimezone(zone).date()
    if rules.minimum_age is not None and (
        player.born_on is None or not is_old_enough(born_on=player.born_on, on=today, minimum_age=rules.minimum_age)
    ):
        return Refused(sitting, Refusal.TOO_YOUNG)
    if rules.demands_identity and not player.has_identity:
        return Refused(sitting, Refusal.NO_IDENTITY)
    over = exceeded(rules.limits, begun, Moment(period.number, sitting.started_at, zone))
    return Refused(sitting, Refusal.LIMIT, over.limit.span.name) if over else None


def _settle(rules: Rulebook, period: Period, sittings: Sequence[Sitting], paper: Paper) -> Played:
    entries = {number: _entry(rules, period, number, one, paper) for number, one in enumerate(sittings, start=1)}
    own: dict[str, list[Entry]] = {}
    for number, sitting in enumerate(sittings, start=1):
        own.setdefault(sitting.player.name, []).append(entries[number])
    counted = {name: rules.counting.counted(attempts) for name, attempts in own.items()}
    all_correct = sum(any(e.correct_count == len(paper) for e in attempts) for attempts in own.values())
    asked = rules.prediction_rule
    actual = None if asked is None else asked.actual(len(own), all_correct)
    placings = tuple(rank(list(counted.values()), order=RankingOrder(rules.ranking, actual)))
    return Played(
        entries,
        counted,
        placings,
        actual,
        {name: None if asked is None else asked.distance(entry.prediction, actual) for name, entry in counted.items()},
        tuple(award_persons(rules.prizes, placings)),
        all_correct,
    )


def _entry(rules: Rulebook, period: Period, number: int, sitting: Sitting, paper: Paper) -> Entry:
    most = 0 if rules.essay is None else rules.essay.count * rules.essay.most
    if not 0 <= sitting.essay_points <= most:
        raise ValueError(f"essays brought {sitting.essay_points}, the most is {most}")
    items, answers = as_options(paper, sitting.answers)
    ends_at = deadline(started_at=sitting.started_at, duration=rules.duration, closes_at=period.closes_at)
    in_time = is_in_time(received_at=sitting.ended_at, deadline_at=ends_at)
    return Entry(
        entry_id=number,
        correct_count=score(items, answers).correct_count,
        used_ms=used_ms(started_at=sitting.started_at, ended_at=sitting.ended_at, deadline_at=ends_at),
        submitted_at=min(sitting.ended_at, ends_at),
        # What comes after the deadline is not taken: the attempt has ended by the clock.
        prediction=_guess(rules, sitting.prediction) if in_time else None,
        points=rules.scoring_rule.total(items, answers) + sitting.essay_points,
        started_at=sitting.started_at,
    )


def _guess(rules: Rulebook, text: str | None) -> int | None:
    if text is None or rules.prediction_rule is None:
        return None
    try:
        return rules.prediction_rule.parse(text)
    except ValueError:
        return None
