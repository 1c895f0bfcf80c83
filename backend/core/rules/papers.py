"""How a paper comes about, and which kinds of questions it may hold. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.core.drawing import Candidate, Cell, PaperItem, arrange, draw
from backend.core.rules.parts import Part

Composer = Callable[[int, Sequence[Cell], Sequence[Candidate]], tuple[PaperItem, ...]]


@dataclass(frozen=True, slots=True)
class PaperRule(Part):
    """How a seed becomes a paper. `compose` takes seed, blueprint and the round's pool; `{count}` is filled in."""

    compose: Composer


DRAWN = PaperRule(
    "drawn",
    "Mỗi lượt thi có {count} câu hỏi, bốc ngẫu nhiên từ ngân hàng câu hỏi.",
    "Each attempt has {count} questions drawn at random from the question bank.",
    lambda seed, blueprint, pool: draw(seed=seed, blueprint=blueprint, candidates=pool),
)
FIXED = PaperRule(
    "fixed",
    "Mỗi đợt có một bộ {count} câu hỏi chung cho mọi người, giữ nguyên thứ tự câu; thứ tự phương án được xáo.",
    "Each round has one set of {count} questions for everybody, in the same order; the options are shuffled.",
    lambda seed, _, pool: arrange(seed=seed, candidates=pool),
)

SINGLE = Part("single", "một phương án đúng", "one right option")
MULTIPLE = Part("multiple", "nhiều phương án đúng", "several right options")
