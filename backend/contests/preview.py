"""Play a sample through a contest's rules; say what becomes of it, as data. Pure: invented people, nothing stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from backend.core.rules.entries import Entry
from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Played, Refusal, play
from backend.core.rules.prizes import Award
from backend.core.rules.sampling import sample_paper, sample_sittings

PLACINGS_SHOWN = 5
# Where nothing tells people apart, a thousand are tied over one prize: nobody reads so many names.
NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SampleRefusal:
    """How many sittings were not let in for one reason; `span` is that of the limit where it was one."""

    reason: Refusal
    span: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SamplePlacing:
    """An invented person near the top. `points` in units of `scoring.POINTS_PER_ITEM`, `distance` in steps."""

    rank: int
    is_tied: bool
    name: str
    correct_count: int
    points: int
    used_ms: int
    distance: int | None


@dataclass(frozen=True, slots=True)
class SampleAward:
    """A prize, whom it falls to, who is tied over it. At most `NAMES_SHOWN` names of each; the counts are of all."""

    prize: str
    to: tuple[str, ...]
    to_count: int
    undecided: tuple[str, ...]
    undecided_count: int


@dataclass(frozen=True, slots=True)
class SampleRound:
    """What became of a round. `actual` is the number that had to be predicted, in steps; None where none is asked."""

    number: int
    opens_at: datetime
    closes_at: datetime
    entries: int
    people: int
    all_correct: int
    actual: int | None
    placings: tuple[SamplePlacing, ...]
    awards: tuple[SampleAward, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What became of `count` sittings. `not_played` names the prizes that a sample cannot give, those of units.

    A contest without rounds has no sittings: then `count` is 0.
    """

    count: int
    seed: int
    refused: tuple[SampleRefusal, ...]
    rounds: tuple[SampleRound, ...]
    not_played: tuple[str, ...]


def play_sample(plan: Plan, *, count: int, seed: int, zone: tzinfo, language: str = "vi") -> Preview:
    """Invent `count` sittings over the rounds and settle them by the rules; the same seed gives the same preview."""
    if not plan.rounds:
        return Preview(0, seed, (), (), ())
    paper = sample_paper(plan.rulebook)
    sittings = sample_sittings(plan, count=count, paper=paper, seed=seed, language=language)
    result = play(plan, sittings, paper=paper, zone=zone)
    refused = Counter((one.reason, one.span) for one in result.refused)
    rounds = tuple(_round(one, result.rounds[one.number]) for one in plan.rounds)
    given = {award.prize for one in rounds for award in one.awards}
    return Preview(
        count,
        seed,
        tuple(SampleRefusal(*why, refused[why]) for why in sorted(refused, key=lambda why: (why[0], why[1] or ""))),
        rounds,
        tuple(prize.name for prize in plan.rulebook.prizes if prize.name not in given),
    )


def _round(period: Period, played: Played) -> SampleRound:
    names = {entry.entry_id: name for name, entry in played.counted.items()}
    return SampleRound(
        period.number,
        period.opens_at,
        period.closes_at,
        entries=len(played.entries),
        people=len(played.counted),
        all_correct=played.all_correct,
        actual=played.actual,
        placings=tuple(
            SamplePlacing(
                one.rank,
                one.is_tied,
                names[one.entry_id],
                *_figures(played.entries[one.entry_id]),
                played.distances[names[one.entry_id]],
            )
            for one in played.placings[:PLACINGS_SHOWN]
        ),
        awards=tuple(_award(one, names) for one in played.awards),
    )


def _figures(entry: Entry) -> tuple[int, int, int]:
    return entry.correct_count, entry.score, entry.used_ms


def _award(award: Award, names: Mapping[int, str]) -> SampleAward:
    to, undecided = (tuple(names[int(one)] for one in ones[:NAMES_SHOWN]) for ones in (award.to, award.undecided))
    return SampleAward(award.prize, to, len(award.to), undecided, len(award.undecided))
