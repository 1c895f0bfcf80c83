"""Essays written, marked and entered."""

from datetime import datetime, timedelta
from typing import Any

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt, submit_attempt
from backend.contests.models import Contest, Round
from backend.core.rules.essays import Essay
from backend.questions.models import QuestionVersion
from backend.results import services
from backend.results.models import EssayMark, EssaySheet, Regrade, Result
from tests.factories import NOON, make_contest, make_person, make_question, make_unit
from tests.results.sitting import answer

POINT = 840
# Both rounds of `make_contest` have closed by then.
LATER = NOON + timedelta(days=30)


def make_essay_question(**fields: Any) -> QuestionVersion:
    version = make_question(topic="tu-luan", state="draft", **fields)
    QuestionVersion.objects.filter(pk=version.pk).update(kind="essay", options=[], key=[], state="approved")
    version.refresh_from_db()
    return version


def essay_contest(*, markers: int = 1, points: int = 10, count: int = 1, **fields: Any) -> Contest:
    """A contest of three questions with a key, on every paper, and of essays worth up to ten right ones each."""
    pool = [make_essay_question() for _ in range(count)]
    rules = {"essay": Essay(count, points, markers), "ranking": ("score", "earliest"), "prediction": None}
    rules |= fields.pop("rules", {})
    return make_contest(pool=pool, pool_size=3, question_count=3, rules=rules, **fields)


def essays_of(contest: Contest) -> list[int]:
    rows = QuestionVersion.objects.filter(round_uses__round__contest=contest, kind="essay")
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


def begin(one: Round, person: Person | None = None, *, at: datetime = NOON) -> Attempt:
    attempt = start_attempt(person=person or make_person(territory=make_unit()), round=one, now=at)[0]
    held = {version_id for version_id, _ in attempt.paper}
    attempt.paper += [[pk, []] for pk in essays_of(one.contest) if pk not in held]
    attempt.save(update_fields=["paper"])
    return attempt


def write(attempt: Attempt, *texts: str | None, wrong: int = 0) -> None:
    """Answer the questions with a key, the first `wrong` of them with nothing, and the essays."""
    closed = len(attempt.paper) - len(texts)
    answer(attempt, skipped=[version_id for version_id, _ in attempt.paper[:wrong]])
    Answer.objects.filter(round_id=attempt.round_id, attempt=attempt, item__gt=closed).delete()
    Answer.objects.bulk_create(
        Answer(attempt=attempt, round_id=attempt.round_id, item=item, seq=1, choice=[], text=text, received_at=NOON)
        for item, text in enumerate(texts, start=closed + 1)
        if text is not None
    )


def sit_essay(
    one: Round, *texts: str | None, person: Person | None = None, wrong: int = 0, at: datetime = NOON
) -> Attempt:
    attempt = begin(one, person, at=at)
    write(attempt, *texts, wrong=wrong)
    return submit_attempt(attempt=attempt, prediction=None, received_at=at + timedelta(seconds=90))


def marker(name: str = "Nguyễn Chấm Thi") -> Person:
    return make_person(name=name, roles=[Role.ORGANIZER])


def sheet_of(attempt: Attempt, number: int = 1) -> EssaySheet:
    """Return the sheet of the attempt's essay with this number, from 1."""
    count = len(essays_of(attempt.contest))
    item = len(attempt.paper) - count + number
    found, _ = EssaySheet.objects.select_related("attempt__contest", "attempt__round").get_or_create(
        attempt=attempt, item=item
    )
    return found


def give(
    attempt: Attempt, who: Person, points: float, *, number: int = 1, at: datetime = LATER, **fields: Any
) -> EssayMark:
    """Mark an essay, in points of right questions."""
    return services.give_mark(sheet=sheet_of(attempt, number), marker=who, points=int(points * POINT), now=at, **fields)


def enter(contest: Contest, *plans: services.ChangePlan, author: Person | None = None) -> Regrade:
    return services.propose_regrade(
        contest=contest,
        changes=[*plans, services.ENTER_MARKS],
        reason="Đã chấm xong",
        author=author or make_person(),
        now=LATER,
    )


def points_under(contest: Contest, key_version: int) -> list[int | None]:
    """Return the points of all attempts under a version of the keys, in the order in which they were made."""
    rows = Result.objects.filter(contest=contest, key_version=key_version).order_by("attempt_id")
    return list(rows.values_list("points", flat=True))
