"""Read a whole bank: collect every error of every file, or return the bank."""

from datetime import date
from pathlib import PurePosixPath
from typing import Any

from backend.documents.outlines import ClauseOutline, DocumentOutline, RelationOutline
from backend.questions.bank import meaning
from backend.questions.bank.errors import BankError, BankRefused
from backend.questions.bank.files import TOPICS, BankFiles
from backend.questions.bank.nodes import Path, Tree, read_tree
from backend.questions.bank.records import Bank, QuestionRecord, TopicRecord
from backend.questions.bank.shape import check_shape, load_schema
from backend.questions.content import Cited, Content


def read_bank(files: BankFiles, *, today: date) -> Bank:
    """Return the bank that the files hold. Raises BankRefused with every error found, in order of file and line."""
    trees = {name: read_tree(name, content) for name, content in files.contents.items()}
    topics = _read(trees, "", "topics", _topics)
    documents = _read(trees, "documents", "document", _document)
    questions = _read(trees, "questions", "questions", _questions)
    are_topics_read = not trees[TOPICS].errors
    meaning.check_topics(topics)
    meaning.check_documents(documents)
    known = meaning.Known(
        topics=frozenset(found.record.key for found in topics) if are_topics_read else None,
        paths={found.record.key: frozenset(clause.path for clause in found.record.clauses) for found in documents},
        # A document whose own file is broken is not also reported at every question that cites it.
        unread=frozenset(PurePosixPath(name).stem for name, tree in trees.items() if tree.errors),
    )
    meaning.check_questions(questions, known=known, today=today)
    errors: list[BankError] = [error for tree in trees.values() for error in tree.errors]
    if errors:
        raise BankRefused(errors)
    return Bank(
        tuple(found.record for found in topics),
        tuple(found.record for found in documents),
        tuple(found.record for found in questions),
    )


def _read(trees: dict[str, Tree], folder: str, kind: str, build: Any) -> list[Any]:
    """Check the shape of one folder's files and build what fits; what does not fit is noted and left out."""
    schema = load_schema(kind)
    found: list[Any] = []
    for name, tree in trees.items():
        if str(PurePosixPath(name).parent) != (folder or ".") or (not folder and name != TOPICS) or tree.data is None:
            continue
        misfits = check_shape(tree, schema)
        meaning.check_texts(tree)
        found += build(tree, misfits)
    return found


def _topics(tree: Tree, misfits: set[Path]) -> list[meaning.Found[TopicRecord]]:
    return [
        meaning.Found(TopicRecord(item["key"], item["name_vi"], item["name_en"], item["order"]), tree, path)
        for path, item in _items(tree, "topics", misfits)
    ]


def _document(tree: Tree, misfits: set[Path]) -> list[meaning.Found[DocumentOutline]]:
    if misfits:
        return []
    data = tree.data
    outline = DocumentOutline(
        key=data["key"],
        number=data["number"],
        type=data["type"],
        issuer=data["issuer"],
        term=data["term"] or "",
        issued_on=_date(data["issued_on"]),
        effective_on=_date(data["effective_on"]),
        title=data["title"],
        short_title=data["short_title"],
        status=data["status"],
        note=data.get("note", ""),
        aliases=tuple(data.get("aliases", ())),
        relations=tuple(RelationOutline(item["kind"], item["target"]) for item in data.get("relations", ())),
        clauses=tuple(
            ClauseOutline(item["path"], item["label"], item["heading"], item["summary"], item.get("certain", True))
            for item in data["clauses"]
        ),
    )
    return [meaning.Found(outline, tree, ())]


def _questions(tree: Tree, misfits: set[Path]) -> list[meaning.Found[QuestionRecord]]:
    default = tree.data.get("document", "") if isinstance(tree.data, dict) else ""
    return [meaning.Found(_question(item, default), tree, path) for path, item in _items(tree, "questions", misfits)]


def _question(item: dict[str, Any], document: str) -> QuestionRecord:
    options = item.get("options", {})
    letters = sorted(options)
    content = Content(
        topic=item["topic"],
        difficulty=item["difficulty"],
        kind=item["kind"],
        stem=item["stem"],
        options=tuple(options[letter] for letter in letters),
        key=tuple(sorted(letters.index(letter) + 1 for letter in item.get("answer", ()))),
        explanation=item["explanation"],
        valid_as_of=_date(item["valid_as_of"]),
        citations=tuple(
            Cited(cited.get("document", document), cited["clause"], cited.get("quote", "")) for cited in item["cite"]
        ),
        accepted=tuple(item.get("accepted", ())),
    )
    return QuestionRecord(item["key"], content, item["status"] == "approved")


def _items(tree: Tree, name: str, misfits: set[Path]) -> list[tuple[Path, dict[str, Any]]]:
    """Return the items of a list that fit their schema, with their paths."""
    items = tree.data.get(name) if isinstance(tree.data, dict) else None
    if not isinstance(items, list):
        return []
    spoiled = {path[:2] for path in misfits}
    return [((name, index), item) for index, item in enumerate(items) if (name, index) not in spoiled]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
