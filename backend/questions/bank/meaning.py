"""What a schema cannot tell: names that point nowhere, things said twice, texts and content against the rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from backend.documents.outlines import DocumentOutline
from backend.questions import rules
from backend.questions.bank.nodes import Path, Tree
from backend.questions.bank.records import QuestionRecord, TopicRecord

T = TypeVar("T")
TEXT_MAX = 2000  # of any text; schemas set tighter bounds where they matter
DOCUMENT_BOUNDS = {"number": 40, "issuer": 120, "term": 20, "title": 500, "short_title": 200}
CLAUSE_BOUNDS = {"path": 60, "label": 160, "heading": 300}
TOPIC_BOUNDS = {"key": 40, "name_vi": 120, "name_en": 120}


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A record and where it stands."""

    record: T
    tree: Tree
    path: Path

    def add(self, inner: Iterable[str | int], code: str, sentence: str) -> None:
        """Note an error at a value inside the record."""
        self.tree.add((*self.path, *inner), code, sentence)


@dataclass(frozen=True, slots=True)
class Known:
    """What questions may point at. `topics` is None where their file could not be read; `unread` are such documents."""

    topics: frozenset[str] | None
    paths: dict[str, frozenset[str]]
    unread: frozenset[str]


def check_texts(tree: Tree) -> None:
    """Note every text that no table may hold, wherever it stands."""
    _check_texts(tree, tree.data, ())


def check_topics(topics: Sequence[Found[TopicRecord]]) -> None:
    """Note topics named or placed twice."""
    _check_once(topics, [(found.record.key, ("key",)) for found in topics], "duplicate_topic", "Khóa chủ đề")
    _check_once(topics, [(found.record.order, ("order",)) for found in topics], "duplicate_order", "Thứ tự")
    for found in topics:
        _check_bounds(found, TOPIC_BOUNDS)


def check_documents(documents: Sequence[Found[DocumentOutline]]) -> None:
    """Note files misnamed, identities and paths said twice, clauses before their parents, links to nowhere."""
    keys = {found.record.key for found in documents}
    _check_once(documents, [(found.record.key, ("key",)) for found in documents], "duplicate_document", "Khóa văn bản")
    identities = [(one.number, one.type, one.issuer, one.term, one.issued_on) for one in (f.record for f in documents)]
    named = [(" · ".join(str(part) for part in identity if part), ("number",)) for identity in identities]
    _check_once(documents, named, "duplicate_identity", "Văn bản")
    for found in documents:
        if PurePosixPath(found.tree.file).stem != found.record.key:
            found.add(("key",), "wrong_file_name", "Khóa văn bản phải trùng tên tệp.")
        _check_bounds(found, DOCUMENT_BOUNDS)
        for index, alias in enumerate(found.record.aliases):
            if len(alias) > 200:
                found.add(("aliases", index), "text_too_long", "Văn bản dài quá 200 ký tự.")
        for index, relation in enumerate(found.record.relations):
            if relation.target not in keys:
                found.add(("relations", index, "target"), "unknown_document", f"Không có văn bản “{relation.target}”.")
            if relation in found.record.relations[:index]:
                found.add(("relations", index), "duplicate_relation", "Liên hệ này đã ghi ở trên.")
        _check_clauses(found)


def check_questions(questions: Sequence[Found[QuestionRecord]], *, known: Known, today: date) -> None:
    """Note keys said twice, topics and clauses that do not exist, and content against the rules."""
    _check_once(questions, [(found.record.key, ("key",)) for found in questions], "duplicate_question", "Khóa câu hỏi")
    for found in questions:
        content = found.record.content
        if known.topics is not None and content.topic not in known.topics:
            found.add(("topic",), "unknown_topic", f"Không có chủ đề “{content.topic}”.")
        for index, cited in enumerate(content.citations):
            if cited.document not in known.paths:
                if cited.document not in known.unread:
                    found.add(("cite", index), "unknown_document", f"Không có văn bản “{cited.document}”.")
            elif cited.path not in known.paths[cited.document]:
                found.add(("cite", index), "unknown_clause", f"Văn bản “{cited.document}” không có mục “{cited.path}”.")
        for problem in [*rules.text_problems(content), *rules.completeness_problems(content, today=today)]:
            if problem.code not in _SAID_OF_EVERY_TEXT:
                found.add(_place(problem.field), problem.code, problem.sentence)


# `check_texts` has seen every text of the file, these included.
_SAID_OF_EVERY_TEXT = {"control_character", "not_nfc"}


def _place(field: str) -> tuple[str | int, ...]:
    """Turn a field of the public contract into its place in the file: "options.2" is `options: b`."""
    name, _, number = field.partition(".")
    match name:
        case "options" if number:
            return ("options", "abcd"[int(number) - 1])
        case "accepted" if number:
            return ("accepted", int(number) - 1)
        case "citations" if number:
            return ("cite", int(number) - 1)
    return ({"key_options": "answer", "citations": "cite"}.get(name, name),)


def _check_clauses(found: Found[DocumentOutline]) -> None:
    seen: dict[str, int] = {}
    for index, clause in enumerate(found.record.clauses):
        place: Path = ("clauses", index)
        if clause.path in seen:
            found.add((*place, "path"), "duplicate_clause", f"Mục “{clause.path}” đã có ở dòng {seen[clause.path]}.")
        if clause.parent_path and clause.parent_path not in seen:
            found.add((*place, "path"), "missing_parent", f"Mục cha “{clause.parent_path}” chưa có ở phía trên.")
        seen.setdefault(clause.path, found.tree.line((*found.path, *place, "path")))
        for name, most in CLAUSE_BOUNDS.items():
            if len(getattr(clause, name)) > most:
                found.add((*place, name), "text_too_long", f"Văn bản dài quá {most} ký tự.")


def _check_bounds(found: Found[Any], bounds: dict[str, int]) -> None:
    for name, most in bounds.items():
        if len(getattr(found.record, name)) > most:
            found.add((name,), "text_too_long", f"Văn bản dài quá {most} ký tự.")


def _check_once(founds: Sequence[Found[T]], values: Sequence[tuple[object, Path]], code: str, what: str) -> None:
    """Note every value after the first of its kind, naming where the first stands."""
    first: dict[object, str] = {}
    for found, (value, inner) in zip(founds, values, strict=True):
        place = f"{found.tree.file}:{found.tree.line((*found.path, *inner))}"
        if value in first:
            found.add(inner, code, f"{what} “{value}” đã có ở {first[value]}.")
        first.setdefault(value, place)


def _check_texts(tree: Tree, value: Any, path: Path) -> None:
    if isinstance(value, str):
        wrong = rules.text_problem(value, most=TEXT_MAX, lines=path[-1:] in {("explanation",), ("note",), ("summary",)})
        if wrong is not None:
            tree.add(path, *wrong)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(tree, inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_texts(tree, inner, (*path, index))
