"""How a paper comes about, and which kinds of questions it may hold. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.core.drawing import Candidate, Cell, PaperItem, arrange, draw
from backend.core.rules.parts import Part

Composer = Callable[[int, Sequence[Cell], Sequence[Candidate], int], tuple[PaperItem, ...]]


@dataclass(frozen=True, slots=True)
class PaperRule(Part):
    """How a seed becomes a paper. `{count}` is filled in.

    `compose` takes seed, blueprint, the round's pool, and how many essays close the paper (`Rulebook.essay_count`).
    """

    compose: Composer


DRAWN = PaperRule(
    "drawn",
    "Mỗi lượt thi có {count} câu hỏi, bốc ngẫu nhiên từ ngân hàng câu hỏi.",
    "Each attempt has {count} questions drawn at random from the question bank.",
    lambda seed, blueprint, pool, essays: draw(seed=seed, blueprint=blueprint, candidates=pool, essay_count=essays),
)
FIXED = PaperRule(
    "fixed",
    "Mỗi đợt có một bộ {count} câu hỏi chung cho mọi người, giữ nguyên thứ tự câu; thứ tự phương án được xáo.",
    "Each round has one set of {count} questions for everybody, in the same order; the options are shuffled.",
    lambda seed, _, pool, essays: arrange(seed=seed, candidates=pool, essay_count=essays),
)

SINGLE = Part("single", "một phương án đúng", "one right option")
MULTIPLE = Part("multiple", "nhiều phương án đúng", "several right options")
SHORT_TEXT = Part(
    "short_text",
    "điền câu trả lời (đúng khi trùng một đáp án; không phân biệt chữ hoa, chữ thường, không tính khoảng trắng thừa và "
    "dấu câu ở hai đầu; có phân biệt dấu tiếng Việt)",
    "a short answer to be written (right where it is one of the accepted ones; letter case, extra spaces and signs "
    "around it do not count, Vietnamese diacritics do)",
)
