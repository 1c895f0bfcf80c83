"""Objects for tests, with no surprises: what is not asked for is plain and valid."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from backend.accounts.enums import Role
from backend.accounts.models import Consent, Person, Profile, StaffRole
from backend.contests.models import Contest, Round, RoundQuestion
from backend.core.rulebook import Rulebook
from backend.core.text import fold, sort_key
from backend.documents.models import Clause, Document, DocumentVersion
from backend.questions.enums import WRITTEN_KINDS
from backend.questions.models import Citation, Question, QuestionVersion, Topic
from backend.units.enums import Facet
from backend.units.models import Membership, Unit

_numbers = count(1)
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)  # 12:00 in Hanoi, a Wednesday


def make_unit(
    *, name: str = "Phường Thử", facet: str = Facet.TERRITORY, parent: Unit | None = None, **fields: Any
) -> Unit:
    values: dict[str, Any] = {
        "facet": facet,
        "code": f"T{next(_numbers):05d}",
        "valid_from": date(2025, 7, 1),
        "type": "phuong",
        "name": name,
        "sort_key": sort_key(name),
        "search_key": fold(name),
        **fields,
    }
    return parent.add_child(**values) if parent else Unit.add_root(**values)


def make_person(
    *,
    name: str = "Nguyễn Thị Thử",
    territory: Unit | None = None,
    workplace: Unit | None = None,
    roles: Sequence[Role] = (),
    consented: bool = True,
    **fields: Any,
) -> Person:
    from django.conf import settings

    number = next(_numbers)
    person = Person(email=fields.pop("email", f"person{number}@example.test"), **fields)
    person.set_unusable_password()
    person.save()
    Profile.objects.create(person=person, display_name=name)
    if consented:
        Consent.objects.create(person=person, version=settings.CONSENT_VERSION, given_at=NOON)
    for unit in (territory, workplace):
        if unit is not None:
            Membership.objects.create(person=person, facet=unit.facet, unit=unit)
    for role in roles:
        StaffRole.objects.create(person=person, role=role)
    return person


def make_clause(*, document_key: str = "15-nq-tw-2022", path: str = "II.1") -> Clause:
    document, _ = Document.objects.get_or_create(
        key=document_key,
        defaults={
            "number": "15-NQ/TW",
            "type": "nghi-quyet",
            "issuer": f"Bộ Chính trị {document_key}",
            "term": "XIII",
            "issued_on": date(2022, 5, 5),
            "title": "Về phương hướng, nhiệm vụ phát triển Thủ đô",
            "status": "in_force",
        },
    )
    version, _ = DocumentVersion.objects.get_or_create(document=document, number=1, defaults={"content_hash": "0" * 64})
    clause, _ = Clause.objects.get_or_create(
        version=version,
        path=path,
        defaults={
            "ordinal": next(_numbers),
            "depth": path.count(".") + 1,
            "label": f"mục {path}",
            "heading": f"Tiêu đề {path}",
            "summary": f"Tóm tắt {path}",
            "content_hash": "0" * 64,
        },
    )
    return clause


def make_question(
    *,
    topic: str = "kinh-te",
    difficulty: int = 1,
    key: Sequence[int] = (2,),
    stem: str | None = None,
    state: str = "approved",
    clause: Clause | None = None,
    kind: str | None = None,
    accepted: Sequence[str] = (),
    **fields: Any,
) -> QuestionVersion:
    """A question of four options; with `accepted` a short text, with the kind "essay" neither."""
    number = next(_numbers)
    kind = kind or ("short_text" if accepted else "single" if len(key) == 1 else "multiple")
    is_written = kind in WRITTEN_KINDS
    clause = clause or make_clause()
    made_topic, _ = Topic.objects.get_or_create(key=topic, defaults={"name_vi": topic, "name_en": topic})
    question = Question.objects.create(key=f"cau-{number}", document=clause.version.document)
    stem = stem or f"Câu hỏi số {number}?"
    version = QuestionVersion.objects.create(
        question=question,
        number=1,
        state=state,
        kind=kind,
        topic=made_topic,
        difficulty=difficulty,
        stem=stem,
        options=[] if is_written else [f"Phương án {letter} của câu {number}" for letter in "ABCD"],
        key=[] if is_written else list(key),
        accepted=list(accepted),
        explanation=fields.pop("explanation", f"Giải thích câu {number}"),
        valid_as_of=date(2026, 11, 1),
        search_key=fold(stem),
        content_hash=hashlib.sha256(stem.encode()).hexdigest(),
        **fields,
    )
    Citation.objects.create(version=version, clause=clause, quote="")
    question.current = version
    question.save(update_fields=["current"])
    return version


def make_short_text(*accepted: str, **fields: Any) -> QuestionVersion:
    return make_question(accepted=accepted, **fields)


def make_essay(**fields: Any) -> QuestionVersion:
    return make_question(kind="essay", **fields)


def make_contest(
    *,
    now: datetime = NOON,
    question_count: int = 3,
    pool_size: int = 6,
    pool: Sequence[QuestionVersion] = (),
    rounds: int = 1,
    key: str | None = None,
    rules: dict[str, Any] | None = None,
) -> Contest:
    """A contest whose first round opened an hour before `now` and closes a day after; later rounds follow weekly.

    Its rules are frozen, and with them the pool: `pool` and `pool_size` new questions, the same in every round.
    """
    rulebook = Rulebook(**{"question_count": question_count, **(rules or {})})
    contest = Contest.objects.create(
        key=key or f"hoi-thi-{next(_numbers)}",
        title="Hội thi thử",
        rulebook=rulebook.to_json(),
        rulebook_hash=rulebook.fingerprint(),
    )
    versions = [*pool, *(make_question(key=(1 + index % 4,)) for index in range(pool_size))]
    for number in range(1, rounds + 1):
        opens_at = now - timedelta(hours=1) + timedelta(weeks=number - 1)
        closes_at = opens_at + timedelta(hours=25)
        made = Round.objects.create(
            contest=contest,
            number=number,
            title=f"Đợt {number}",
            opens_at=opens_at,
            closes_at=closes_at,
            keys_release_at=closes_at,
            blueprint=[{"topic": "kinh-te", "difficulty": 1, "count": question_count}],
        )
        RoundQuestion.objects.bulk_create(RoundQuestion(round=made, version=version) for version in versions)
    contest.frozen_at = now - timedelta(days=1)
    contest.save(update_fields=["frozen_at"])
    return contest
