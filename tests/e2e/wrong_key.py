"""A small contest that is over, asked with a wrong key: most people, the good ones among them, chose the truth."""

import secrets
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from tests.e2e.browser import WAIT_MS, Visit
from tests.e2e.people import call

# By how each answered: (chose the truth, other mistakes). The rest of the ranking is the order of handing in.
OTHERS = (
    *[(False, 0)] * 3,
    *[(True, 0)] * 6,
    *[(True, 1)] * 6,
    *[(False, 2)] * 3,
)
NAMES = ("Nguyễn Thị An", "Trần Văn Bình", "Lê Minh Châu", "Phạm Quốc Dũng", "Hoàng Thu Giang", "Vũ Đức Hải")


def wrong_key(email: str) -> dict[str, Any]:
    """Let everybody sit it, this person last, by the truth throughout: behind all who chose the wrong key."""
    from backend.accounts.models import Person
    from backend.contests.models import Contest, Round, RoundQuestion
    from backend.core.rulebook import Rulebook
    from backend.core.rules.prizes import Prize
    from backend.infra import clock
    from backend.questions.models import QuestionVersion
    from backend.units.enums import Facet
    from backend.units.models import Unit
    from tests.factories import make_person
    from tests.results.sitting import sit

    now, word = clock.now(), secrets.token_hex(4)
    versions = list(QuestionVersion.objects.filter(state="approved", kind="single").order_by("pk")[:5])
    cells = Counter((version.topic.key, version.difficulty) for version in versions)
    rules = Rulebook(
        question_count=5,
        prediction=None,
        ranking=("correct", "earliest"),
        paper="fixed",
        prizes=(
            Prize("Giải Nhất", 1, 500_000),
            Prize("Giải Nhì", 2, 300_000),
            Prize("Giải Ba", 5),
            Prize("Nhất tập thể", to="unit", by="people", place=1),
        ),
    )
    contest = Contest.objects.create(
        key=f"dap-an-sai-{word}",
        title=f"Hội thi có đáp án sai {word}",
        summary="Một hội thi nhỏ đã đóng, câu 3 có đáp án sai.",
        rulebook=rules.to_json(),
        rulebook_hash=rules.fingerprint(),
    )
    one = Round.objects.create(
        contest=contest,
        number=1,
        title="Đợt 1",
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(hours=2),
        keys_release_at=now - timedelta(hours=1),
        blueprint=[{"topic": topic, "difficulty": level, "count": n} for (topic, level), n in cells.items()],
    )
    RoundQuestion.objects.bulk_create(RoundQuestion(round=one, version=version) for version in versions)
    # Older than the demo contest, which everything else looks at first.
    contest.created_at, contest.frozen_at = now - timedelta(days=400), now - timedelta(days=3)
    contest.save(update_fields=["created_at", "frozen_at"])
    wrong = versions[2]
    truth = next(option for option in range(1, len(wrong.options) + 1) if option not in wrong.key)
    wards = list(Unit.objects.filter(facet=Facet.TERRITORY, is_choosable=True).order_by("pk")[:4])
    for number, (is_true, mistakes) in enumerate(OTHERS):
        person = make_person(
            name=NAMES[number % len(NAMES)],
            territory=wards[number % len(wards)],
            email=f"sai-{word}-{number}@vidu.test",
        )
        missed = {version.pk: {version.key[0] % len(version.options) + 1} for version in versions[:mistakes]}
        chosen = {**missed, **({wrong.pk: {truth}} if is_true else {})}
        sit(one, person, choices=chosen, at=one.opens_at + timedelta(hours=1, minutes=number))
    person = Person.objects.get(email=email)
    attempt = sit(one, person, choices={wrong.pk: {truth}}, at=one.opens_at + timedelta(hours=9))
    return {
        "contest": contest.key,
        "title": contest.title,
        "round": str(one.uuid),
        "attempt": str(attempt.uuid),
        "question": str(wrong.question.uuid),
        "version": wrong.number,
        "key": list(wrong.key),
        "truth": truth,
    }


def regrades_of(contest: str) -> str:
    return f"/api/staff/contests/{contest}/regrades"


def propose(visit: Visit, staged: dict[str, Any], *, keys: list[list[int]], reason: str) -> str:
    """Make a set without clicking and return its uuid."""
    kind = "correct_key" if len(keys) == 1 else "accept_several"
    change = {"question": staged["question"], "version": staged["version"], "kind": kind, "keys": keys}
    body = {"reason": reason, "changes": [change]}
    return str(call(visit, "POST", regrades_of(staged["contest"]), body)["uuid"])


def compute(visit: Visit, staged: dict[str, Any], uuid: str) -> None:
    """Have a set scored aside by the instance's worker, and wait until it is."""
    address = f"{regrades_of(staged['contest'])}/{uuid}"
    call(visit, "POST", f"{address}/compute")
    until = time.monotonic() + 3 * WAIT_MS / 1000
    while call(visit, "GET", address)["state"] != "computed":
        assert time.monotonic() < until, "the worker did not score the set"
        time.sleep(0.3)
