"""Bring the tables in line with the files of the bank, whole or not at all."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import connection, transaction

from backend.documents.queries import newest_clauses
from backend.documents.services import DocumentCounts, store_documents
from backend.questions.bank import Bank, QuestionRecord, TopicRecord
from backend.questions.enums import Decision, Origin, VersionState
from backend.questions.models import BankSync, Question, QuestionVersion, Review, Topic
from backend.questions.queries.versions import used_version_ids
from backend.questions.services.storing import Clauses, add_version, move_version, retire_in_force, rewrite_version
from backend.questions.states import Move

_LOCK = 0x68_6F_69_74_68_69  # "hoithi": one sync at a time


@dataclass(slots=True)
class BankCounts:
    """What storing did. `conflicts` were edited at the desk, `missing` left the files: both were left alone."""

    documents: DocumentCounts = field(default_factory=DocumentCounts)
    created: int = 0
    updated: int = 0
    versioned: int = 0
    unchanged: int = 0
    retired: int = 0
    conflicts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Step(Enum):
    """What one question of the files asks for."""

    KEEP = "keep"
    REWRITE = "rewrite"
    ADOPT = "adopt"
    ADD = "add"
    CONFLICT = "conflict"


def store_bank(*, bank: Bank, content_hash: str, now: datetime, retire: bool = False) -> BankCounts:
    """Store a whole bank; storing the same twice changes nothing. `retire` takes out what left the files."""
    counts = BankCounts()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        topics = _store_topics(bank.topics)
        counts.documents = store_documents(outlines=bank.documents)
        clauses = newest_clauses(document.key for document in bank.documents)
        _store_questions(bank.questions, topics, clauses, counts)
        _take_out_missing(bank, counts, retire=retire)
        BankSync.objects.all().delete()
        BankSync.objects.create(content_hash=content_hash, synced_at=now)
    return counts


def plan(record: QuestionRecord, versions: list[QuestionVersion], *, used: set[int], reviewed: set[int]) -> Step:
    """Decide what the files ask of a known question; `versions` newest first, the first one current."""
    current, fingerprint = versions[0], record.content.fingerprint()
    from_files = next((version for version in versions if version.origin == Origin.BANK), None)
    if current.origin == Origin.DESK:
        # The files may only catch up with what they said before; the desk's word stands.
        return Step.KEEP if from_files and from_files.content_hash == fingerprint else Step.CONFLICT
    if current.content_hash != fingerprint:
        fixed = current.state in {VersionState.APPROVED, VersionState.RETIRED} or current.pk in used
        return Step.ADD if fixed else Step.REWRITE
    match current.state:
        case VersionState.RETIRED:
            return Step.ADD
        case VersionState.APPROVED:
            # Approved at the desk from a draft of the files: the second person's word stands.
            return Step.KEEP if record.is_approved or current.pk in reviewed else Step.ADD
        case _:
            return Step.ADOPT if record.is_approved else Step.KEEP


def _store_topics(records: tuple[TopicRecord, ...]) -> dict[str, Topic]:
    for record in records:
        Topic.objects.update_or_create(
            key=record.key, defaults={"name_vi": record.name_vi, "name_en": record.name_en, "ordinal": record.order}
        )
    return {topic.key: topic for topic in Topic.objects.all()}


def _store_questions(
    records: tuple[QuestionRecord, ...], topics: dict[str, Topic], clauses: Clauses, counts: BankCounts
) -> None:
    known = {q.key: q for q in Question.objects.select_for_update().filter(key__in=[r.key for r in records])}
    versions: dict[int, list[QuestionVersion]] = {}
    for version in QuestionVersion.objects.filter(question__in=known.values()).order_by("-number"):
        versions.setdefault(version.question_id, []).append(version)
    ids = [version.pk for of_one in versions.values() for version in of_one]
    used = used_version_ids(ids)
    approvals = Review.objects.filter(version_id__in=ids, decision=Decision.APPROVE)
    reviewed = set(approvals.values_list("version_id", flat=True))
    for record in records:
        topic, question = topics[record.content.topic], known.get(record.key)
        if question is None:
            _add(Question.objects.create(key=record.key), record, topic, clauses)
            counts.created += 1
            continue
        step = plan(record, versions[question.pk], used=used, reviewed=reviewed)
        _take(step, question=question, current=versions[question.pk][0], record=record, topic=topic, clauses=clauses)
        counts.unchanged += step is Step.KEEP
        counts.updated += step in {Step.REWRITE, Step.ADOPT}
        counts.versioned += step is Step.ADD
        if step is Step.CONFLICT:
            counts.conflicts.append(record.key)


def _take(
    step: Step, *, question: Question, current: QuestionVersion, record: QuestionRecord, topic: Topic, clauses: Clauses
) -> None:
    match step:
        case Step.ADD:
            # Also where the files took back their approval: what was in force no longer is.
            retire_in_force(question)
            _add(question, record, topic, clauses)
        case Step.ADOPT:
            _adopt(question, current)
        case Step.REWRITE:
            if current.state == VersionState.IN_REVIEW:
                move_version(current, Move.RETURN)  # the reader's page shows what no longer stands
            rewrite_version(question=question, version=current, content=record.content, topic=topic, clauses=clauses)
            if record.is_approved:
                _adopt(question, current)


def _add(question: Question, record: QuestionRecord, topic: Topic, clauses: Clauses) -> None:
    add_version(
        question=question,
        content=record.content,
        topic=topic,
        clauses=clauses,
        origin=Origin.BANK,
        state=VersionState.APPROVED if record.is_approved else VersionState.DRAFT,
    )


def _adopt(question: Question, version: QuestionVersion) -> None:
    retire_in_force(question)
    move_version(version, Move.ADOPT)


def _take_out_missing(bank: Bank, counts: BankCounts, *, retire: bool) -> None:
    """Report questions of the files that are no longer in them; retire them where asked to."""
    left = Question.objects.select_for_update(of=("self",)).select_related("current").order_by("key")
    left = left.filter(current__origin=Origin.BANK).exclude(key__in=[record.key for record in bank.questions])
    for question in left.exclude(current__state=VersionState.RETIRED):
        current = question.current
        if not retire or current is None or current.state == VersionState.IN_REVIEW:
            counts.missing.append(question.key)
            continue
        retire_in_force(question)
        current.refresh_from_db(fields=["state"])
        if current.state != VersionState.RETIRED:
            move_version(current, Move.RETIRE)
        counts.retired += 1
