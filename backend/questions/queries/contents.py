"""What contests, attempts and results read of question versions. Contents and keys never travel together."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from backend.core.drawing import Candidate
from backend.questions.enums import QuestionKind, VersionState
from backend.questions.models import Citation, QuestionVersion, Topic

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class VersionContent:
    """What a person who sits the paper may see. `options[n - 1]` is canonical option n."""

    id: int
    kind: str
    stem: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitationContent:
    """The clause that proves a question, as shown after release."""

    document_number: str
    clause_label: str
    clause_heading: str
    summary: str
    quote: str


@dataclass(frozen=True, slots=True)
class VersionExplanation:
    """Why the key is the key. Telling it tells the key: for after the release alone."""

    id: int
    explanation: str
    citations: tuple[CitationContent, ...]


def get_version_contents(ids: Iterable[int]) -> dict[int, VersionContent]:
    """Return contents by version id, without keys. Raises LookupError where an id is unknown."""
    wanted = set(ids)
    rows = QuestionVersion.objects.filter(id__in=wanted).values_list("id", "kind", "stem", "options")
    found = {pk: VersionContent(pk, kind, stem, tuple(options)) for pk, kind, stem, options in rows}
    return _complete(found, wanted)


def get_version_keys(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the right canonical options (from 1) by version id. Raises LookupError where an id is unknown.

    For scoring, and for display after the release; never for an open paper.
    """
    wanted = set(ids)
    rows = QuestionVersion.objects.filter(id__in=wanted).values_list("id", "key")
    return _complete({pk: frozenset(key) for pk, key in rows}, wanted)


def get_accepted_texts(ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the right answers by version id of the short texts among the versions; others are left out.

    For scoring, and for display after the release; never for an open paper.
    """
    rows = QuestionVersion.objects.filter(id__in=set(ids), kind=QuestionKind.SHORT_TEXT)
    return {pk: tuple(accepted) for pk, accepted in rows.values_list("id", "accepted")}


def get_version_explanations(ids: Iterable[int]) -> dict[int, VersionExplanation]:
    """Return explanation and citations by version id. Raises LookupError where an id is unknown."""
    wanted = set(ids)
    citations: defaultdict[int, list[CitationContent]] = defaultdict(list)
    rows = (
        Citation.objects.filter(version_id__in=wanted)
        .order_by("id")
        .values_list(
            "version_id",
            "clause__version__document__number",
            "clause__label",
            "clause__heading",
            "clause__summary",
            "quote",
        )
    )
    for version_id, number, label, heading, summary, quote in rows:
        citations[version_id].append(CitationContent(number, label, heading, summary, quote))
    texts = QuestionVersion.objects.filter(id__in=wanted).values_list("id", "explanation")
    return _complete({pk: VersionExplanation(pk, text, tuple(citations[pk])) for pk, text in texts}, wanted)


def list_approved_candidates(
    *, document_keys: Iterable[str] | None = None, topic: str | None = None
) -> list[Candidate]:
    """Return the version in force of every approved question, by version id, narrowed to documents or a topic."""
    rows = QuestionVersion.objects.filter(state=VersionState.APPROVED)
    if document_keys is not None:
        rows = rows.filter(question__document__key__in=list(document_keys))
    if topic is not None:
        rows = rows.filter(topic__key=topic)
    values = rows.order_by("id").values_list("id", "topic__key", "difficulty", "options", "kind")
    return [
        Candidate(pk, topic_key, difficulty, len(options), kind == QuestionKind.ESSAY)
        for pk, topic_key, difficulty, options, kind in values
    ]


def get_topic_titles(keys: Iterable[str], *, language: str = "vi") -> dict[str, str]:
    """Return the titles of topics by key; what is unknown is left out."""
    title = "name_en" if language.startswith("en") else "name_vi"
    return dict(Topic.objects.filter(key__in=list(keys)).values_list("key", title))


def _complete(found: dict[int, T], wanted: set[int]) -> dict[int, T]:
    missing = wanted - found.keys()
    if missing:
        raise LookupError(f"unknown question versions {sorted(missing)}")
    return found
