"""Write a plan's rules and a preview of them as lines for a terminal. Pure."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from backend.contests.preview import Preview, SampleAward, SampleRound
from backend.core.rules.plans import Plan
from backend.core.rules.predictions import Prediction
from backend.core.scoring import POINTS_PER_ITEM
from backend.core.text import vi_number


def rules_told(plan: Plan, *, language: str, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield title, rules and hash. `titles` are of the topics that the rules name, by key."""
    yield plan.title
    rules = plan.rulebook.lines(language, titles=titles)
    yield from (f"{number}. {line}" for number, line in enumerate(rules, start=1))
    yield f"SHA-256 {plan.rulebook.fingerprint()}"


def preview_told(preview: Preview, *, asked: Prediction | None, zone: tzinfo) -> Iterator[str]:
    """Yield what became of the sample; `asked` is the rulebook's prediction."""
    yield f"Chạy thử {vi_number(preview.count)} lượt (hạt giống {preview.seed})"
    for one in preview.refused:
        yield f"  bị từ chối {one.count}: {one.reason}{f' ({one.span})' if one.span else ''}"
    for played in preview.rounds:
        yield from _round(played, asked, zone)
    if preview.not_played:
        yield f"Không chạy thử (giải của đơn vị): {', '.join(preview.not_played)}"


def _round(one: SampleRound, asked: Prediction | None, zone: tzinfo) -> Iterator[str]:
    opens, closes = (f"{at.astimezone(zone):%H:%M %d/%m/%Y}" for at in (one.opens_at, one.closes_at))
    yield (
        f"Đợt {one.number}, {opens} - {closes}: "
        f"{one.entries} lượt, {one.people} người, {one.all_correct} người đúng hết"
    )
    if asked is not None and one.actual is not None:
        yield f"  số cần dự đoán: {asked.written(one.actual)}"
    for placing in one.placings:
        off = "" if asked is None or placing.distance is None else f", lệch {asked.written(placing.distance)}"
        yield (
            f"  hạng {placing.rank}{'=' if placing.is_tied else ''} {placing.name}: {placing.correct_count} câu đúng, "
            f"{_points(placing.points)} điểm, {placing.used_ms / 1000:.0f} giây{off}"
        )
    yield from (f"  {_award(award)}" for award in one.awards)


def _award(award: SampleAward) -> str:
    given = _names(award.to, award.to_count) or "chưa có"
    tied = _names(award.undecided, award.undecided_count)
    return f"{award.prize}: {given}" + (f"; đồng hạng, phải bốc thăm: {tied}" if tied else "")


def _names(names: tuple[str, ...], count: int) -> str:
    more = count - len(names)
    return ", ".join(names) + (f" và {more} người khác" if more else "")


def _points(points: int) -> str:
    return f"{points / POINTS_PER_ITEM:.2f}".replace(".", ",")
