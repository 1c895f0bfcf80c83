"""What makes a question's text fit and its content complete. Pure; the desk and the files obey the same rules."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from backend.core.text import fold
from backend.core.written import ACCEPTED_MAX, SHORT_TEXT_MAX, reading
from backend.questions.content import Content
from backend.questions.enums import WRITTEN_KINDS, QuestionKind

# The schema of the bank's files states the same bounds; a test compares the two.
STEM_MAX = 400
OPTION_MAX = 160
EXPLANATION_MAX = 600
QUOTE_MAX = 200
QUOTE_WORDS_MAX = 15  # official texts are quoted, not copied
OPTIONS_MIN = 3
OPTIONS_MAX = 4
CITATIONS_MAX = 5
# By whether it is an essay: what answers one is marked and not proved.
_NOT_EXPLAINED = {False: "Câu hỏi chưa có lời giải thích.", True: "Đề luận chưa có hướng dẫn chấm."}
_NOT_CITED = {
    False: "Câu hỏi chưa dẫn mục văn bản nào chứng minh đáp án.",
    True: "Đề luận chưa dẫn mục văn bản nào làm căn cứ.",
}
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\ufffd]")  # reorders what is read, or tells of a broken import


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason for refusal. `field` is the name in the public contract; no problem ever repeats the key."""

    field: str
    code: str
    sentence: str


def text_problems(content: Content) -> Iterator[Problem]:
    """Yield what no stored text may hold, draft or not: control or invisible characters, loose accents, too much."""
    yield from _text(content.stem, "stem", STEM_MAX)
    for number, option in enumerate(content.options, start=1):
        yield from _text(option, f"options.{number}", OPTION_MAX)
    for number, accepted in enumerate(content.accepted, start=1):
        yield from _text(accepted, f"accepted.{number}", SHORT_TEXT_MAX)
    yield from _text(content.explanation, "explanation", EXPLANATION_MAX, lines=True)
    for number, cited in enumerate(content.citations, start=1):
        yield from _text(cited.quote, f"citations.{number}", QUOTE_MAX)
        if len(cited.quote.split()) > QUOTE_WORDS_MAX:
            yield Problem(
                f"citations.{number}",
                "quote_too_long",
                f"Trích dẫn dài quá {QUOTE_WORDS_MAX} từ: hãy nói bằng lời của mình.",
            )
    cited_clauses = [(cited.document, cited.path) for cited in content.citations]
    if len(set(cited_clauses)) < len(cited_clauses):
        yield Problem("citations", "duplicate_citation", "Một mục văn bản được dẫn hai lần.")


def kind_problems(content: Content) -> Iterator[Problem]:
    """Yield what no stored question of this kind has, draft or not: parts that answer another kind of question."""
    if content.kind in WRITTEN_KINDS:
        if content.options:
            yield Problem("options", "foreign_options", "Câu trả lời bằng lời không có phương án.")
        if content.key:
            yield Problem("key_options", "foreign_key", "Câu trả lời bằng lời không có đáp án theo phương án.")
    if content.kind != QuestionKind.SHORT_TEXT and content.accepted:
        yield Problem("accepted", "foreign_accepted", "Chỉ câu điền mới có đáp án được chấp nhận.")


def completeness_problems(content: Content, *, today: date) -> Iterator[Problem]:
    """Yield what keeps the content from being asked of anyone."""
    yield from kind_problems(content)
    if content.kind not in WRITTEN_KINDS:
        yield from _option_problems(content.options)
        yield from _key_problems(content)
    elif content.kind == QuestionKind.SHORT_TEXT:
        yield from _accepted_problems(content.accepted)
    if not content.explanation.strip():
        yield Problem("explanation", "missing_explanation", _NOT_EXPLAINED[content.kind == QuestionKind.ESSAY])
    if not content.citations:
        yield Problem("citations", "missing_citation", _NOT_CITED[content.kind == QuestionKind.ESSAY])
    if content.valid_as_of is not None and content.valid_as_of > today:
        yield Problem("valid_as_of", "future_date", "Ngày xác nhận đáp án nằm trong tương lai.")


def text_problem(text: str, *, most: int, lines: bool = False) -> tuple[str, str] | None:
    """Return code and sentence of the first thing wrong with a text, None where it is fit. `lines` allows new lines."""
    if any(_is_control(char) and not (lines and char == "\n") for char in text) or _BIDI.search(text):
        return "control_character", "Văn bản có ký tự điều khiển, ký tự ẩn hoặc ký tự hỏng."
    if not unicodedata.is_normalized("NFC", text):
        return "not_nfc", "Dấu tiếng Việt chưa ở dạng dựng sẵn (NFC)."
    if len(text) > most:
        return "text_too_long", f"Văn bản dài quá {most} ký tự."
    return None


def _text(text: str, name: str, most: int, *, lines: bool = False) -> Iterator[Problem]:
    wrong = text_problem(text, most=most, lines=lines)
    if wrong is not None:
        yield Problem(name, *wrong)


def _option_problems(options: tuple[str, ...]) -> Iterator[Problem]:
    if not OPTIONS_MIN <= len(options) <= OPTIONS_MAX:
        yield Problem("options", "option_count", f"Câu hỏi cần từ {OPTIONS_MIN} đến {OPTIONS_MAX} phương án.")
    seen: dict[str, int] = {}
    for number, option in enumerate(options, start=1):
        folded = _reading(option)
        if not folded:
            yield Problem(f"options.{number}", "empty_option", "Phương án để trống.")
        elif folded in seen:
            yield Problem(f"options.{number}", "duplicate_option", f"Phương án trùng với phương án {seen[folded]}.")
        else:
            seen[folded] = number


def _key_problems(content: Content) -> Iterator[Problem]:
    right = set(content.key)
    if not right:
        yield Problem("key_options", "missing_key", "Câu hỏi chưa có đáp án.")
    elif not right <= set(range(1, len(content.options) + 1)):
        yield Problem("key_options", "unknown_key_option", "Đáp án không nằm trong các phương án.")
    elif content.kind == "single" and len(right) != 1:
        yield Problem("key_options", "key_count", "Câu một đáp án phải có đúng một phương án đúng.")
    elif content.kind == "multiple" and not 2 <= len(right) < len(content.options):
        yield Problem(
            "key_options", "key_count", "Câu nhiều đáp án phải có từ hai phương án đúng, và không phải tất cả."
        )


def _accepted_problems(accepted: tuple[str, ...]) -> Iterator[Problem]:
    """Compare as answers are compared later: two texts that read the same are one."""
    if not 1 <= len(accepted) <= ACCEPTED_MAX:
        yield Problem("accepted", "accepted_count", f"Câu điền cần từ 1 đến {ACCEPTED_MAX} đáp án được chấp nhận.")
    seen: dict[str, int] = {}
    for number, text in enumerate(accepted, start=1):
        read = reading(text)
        if not read:
            yield Problem(f"accepted.{number}", "empty_accepted", "Đáp án được chấp nhận để trống.")
        elif read in seen:
            yield Problem(
                f"accepted.{number}", "duplicate_accepted", f"Khi chấm, dòng này đọc giống dòng {seen[read]}."
            )
        else:
            seen[read] = number


def _is_control(char: str) -> bool:
    # Cf is invisible: nobody who reads the text could tell why it is not the same as another.
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _reading(option: str) -> str:
    """Return what makes two options the same to a reader: words without case and diacritics, signs with a meaning."""
    # Plain folding drops signs and would call "+5%" and "5%", or "7,5" and "75", the same.
    signs = "".join(char for char in option if char in "+-−<>≤≥=,.%/")
    return f"{fold(option)}|{signs.rstrip('.')}" if fold(option) or signs else ""
