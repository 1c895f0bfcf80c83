"""Show what a contest's rules mean: the printed rules, their hash, and a sample played through them. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from types import MappingProxyType

from backend.core.rules.plans import Period, Plan
from backend.core.rules.playing import Played, play
from backend.core.rules.sampling import sample_paper, sample_sittings
from backend.core.scoring import POINTS_PER_ITEM
from backend.core.text import vi_number

_SHOWN = 5


def preview(
    plan: Plan,
    *,
    count: int,
    seed: int,
    zone: tzinfo,
    language: str = "vi",
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Yield the lines: rules, hash, rounds, and what became of `count` invented sittings. `titles` are of topics."""
    yield plan.title
    rules = plan.rulebook.lines(language, titles=titles)
    yield from (f"{number}. {line}" for number, line in enumerate(rules, start=1))
    yield f"SHA-256 {plan.rulebook.fingerprint()}"
    paper = sample_paper(plan.rulebook)
    sittings = sample_sittings(plan, count=count, paper=paper, seed=seed)
    result = play(plan, sittings, paper=paper, zone=zone)
    yield ""
    yield f"Chơi thử {vi_number(count)} lượt (hạt giống {seed})"
    for (reason, span), times in sorted(Counter((one.reason, one.span or "") for one in result.refused).items()):
        yield f"  bị từ chối {times}: {reason}{f' ({span})' if span else ''}"
    for period in plan.rounds:
        yield from _round(plan, period, result.rounds[period.number], zone)


def _round(plan: Plan, period: Period, played: Played, zone: tzinfo) -> Iterator[str]:
    opens, closes = (f"{one.astimezone(zone):%H:%M %d/%m/%Y}" for one in (period.opens_at, period.closes_at))
    yield f"Đợt {period.number}, {opens} - {closes}: {len(played.entries)} lượt, {len(played.counted)} người"
    asked = plan.rulebook.prediction_rule
    if asked is not None and played.actual is not None:
        yield f"  số cần dự đoán: {asked.written(played.actual)}"
    names = {entry.entry_id: name for name, entry in played.counted.items()}
    for placing in played.placings[:_SHOWN]:
        entry = played.entries[placing.entry_id]
        distance = played.distances[names[placing.entry_id]]
        yield (
            f"  hạng {placing.rank}{'=' if placing.is_tied else ''} {names[placing.entry_id]}: "
            f"{entry.correct_count} câu đúng, {_points(entry.score)} điểm, {entry.used_ms / 1000:.0f} giây"
            + ("" if asked is None or distance is None else f", lệch {asked.written(distance)}")
        )
    for award in played.awards:
        given = ", ".join(names[int(one)] for one in award.to) or "chưa có"
        undecided = ", ".join(names[int(one)] for one in award.undecided)
        yield f"  {award.prize}: {given}" + (f"; đồng hạng, phải bốc thăm: {undecided}" if undecided else "")


def _points(points: int) -> str:
    return f"{points / POINTS_PER_ITEM:.2f}".replace(".", ",")
