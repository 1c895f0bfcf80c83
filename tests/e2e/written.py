"""Set the stage for answers in words: a contest of its own, whose paper wants a word and an essay after a choice."""

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.questions.models import QuestionVersion

SHORT_STEM = "Nghị quyết số 15-NQ/TW đặt mục tiêu Thủ đô phát triển theo ba tính chất nào, viết đúng cụm từ?"
ESSAY_STEM = (
    "Nếu được giao một việc ở phường của mình để Thủ đô văn hiến, văn minh, hiện đại hơn, anh chị sẽ làm gì, "
    "bằng cách nào và cần ai cùng làm?"
)


def words_wanted() -> dict[str, str]:
    """Lay out a contest of one question, open for an hour, whose papers `lay_words` makes longer."""
    from collections import Counter

    from backend.contests.models import Contest
    from backend.contests.services import RoundPlan, lay_out_contest
    from backend.core.drawing import Cell
    from backend.core.rulebook import Rulebook
    from backend.infra import clock
    from backend.questions.queries import list_approved_candidates

    now = clock.now()
    documents = list(Contest.objects.filter(is_demo=True).values_list("documents__key", flat=True))
    candidates = list_approved_candidates(document_keys=documents)
    topic = Counter(candidate.topic for candidate in candidates).most_common(1)[0][0]
    contest = lay_out_contest(
        key=f"bang-loi-{secrets.token_hex(3)}",
        title="Hội thi có câu trả lời bằng lời",
        summary="",
        rulebook=Rulebook(question_count=1),
        blueprint=(Cell(topic, None, 1),),
        rounds=[RoundPlan("Đợt duy nhất", now - timedelta(hours=1), now + timedelta(hours=1))],
        document_keys=documents,
        now=now - timedelta(hours=2),
    )
    # Behind the demo's in every list: other tests go on meeting that one first.
    Contest.objects.filter(pk=contest.pk).update(created_at=now - timedelta(days=9999))
    return {"contest": contest.key, "round": str(contest.rounds.get().uuid)}


def lay_words(attempt_uuid: str) -> dict[str, int]:
    """Put a short text and an essay behind the first question of an open attempt's paper."""
    from backend.attempts.models import Attempt

    attempt = Attempt.objects.get(uuid=attempt_uuid)
    versions = (_question("short_text", SHORT_STEM), _question("essay", ESSAY_STEM))
    attempt.paper = [attempt.paper[0], *([version.pk, []] for version in versions)]
    attempt.save(update_fields=["paper"])
    return {"places": len(attempt.paper)}


def _question(
    kind: str,
    stem: str,
) -> "QuestionVersion":
    from backend.core.text import fold
    from backend.questions.models import Question, QuestionVersion

    like = QuestionVersion.objects.filter(state="approved").earliest("pk")
    question = Question.objects.create(key=f"loi-{secrets.token_hex(4)}", document_id=like.question.document_id)
    return QuestionVersion.objects.create(
        question=question,
        number=1,
        # Nothing else may draw it.
        state="retired",
        kind=kind,
        topic_id=like.topic_id,
        difficulty=1,
        stem=stem,
        accepted=["Văn hiến, văn minh, hiện đại"] if kind == "short_text" else [],
        explanation="",
        valid_as_of=like.valid_as_of,
        search_key=fold(stem),
        content_hash=hashlib.sha256(f"{question.key}{stem}".encode()).hexdigest(),
    )
