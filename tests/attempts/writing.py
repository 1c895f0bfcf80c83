"""A paper that wants words beside a choice: place 1 has options, place 2 takes a short text, place 3 an essay."""

from typing import Any

from backend.attempts.models import Attempt
from backend.questions.models import QuestionVersion
from tests.factories import make_question

SHORT, ESSAY = 2, 3


def make_written_question(kind: str, *, stem: str, accepted: tuple[str, ...] = ()) -> QuestionVersion:
    """Return an approved question that is answered in words."""
    version = make_question(stem=stem, state="draft")
    fields = {"kind": kind, "options": [], "key": [], "accepted": list(accepted), "state": "approved"}
    QuestionVersion.objects.filter(pk=version.pk).update(**fields)
    version.refresh_from_db()
    return version


def want_words(attempt: Attempt) -> Attempt:
    """Lay such a paper before the person."""
    attempt.paper = written_paper(attempt.paper)
    attempt.save(update_fields=["paper"])
    return attempt


def written_paper(paper: list[Any]) -> list[Any]:
    """Return a paper of the given one's first place, a short text and an essay."""
    short = make_written_question("short_text", stem="Thủ đô của nước ta?", accepted=("CANARY-ACCEPTED",))
    essay = make_written_question("essay", stem="Bạn sẽ làm gì?")
    return [paper[0], [short.pk, []], [essay.pk, []]]
