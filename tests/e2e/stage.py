"""Set a stage that no visitor can set: `python -m tests.e2e.stage WHAT EMAIL`, with the instance's environment.

The product's own services write the rows; only the time is another than now.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.e2e.essays import essays
from tests.e2e.written import lay_words, words_wanted
from tests.e2e.wrong_key import wrong_key

ROOT = Path(__file__).parents[2]


def set_stage(env: Mapping[str, str], *words: str) -> dict[str, Any]:
    """Run this module against an instance and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.stage", *words],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def closed_result(email: str) -> dict[str, str]:
    """Give this person a sitting in the round that lies behind: a good one, with two wrong and one unanswered item."""
    from django.db import transaction

    from backend.accounts.models import Person
    from backend.attempts.enums import AttemptState
    from backend.attempts.events import AttemptsEnded
    from backend.attempts.models import Answer, Attempt
    from backend.contests.models import Round
    from backend.contests.queries import blueprint_of, candidates_of_round
    from backend.core.drawing import draw
    from backend.infra import clock, events
    from backend.questions.queries import get_version_keys
    from backend.units.models import Membership

    person = Person.objects.get(email=email)
    closed = Round.objects.filter(contest__is_demo=True, closes_at__lt=clock.now()).latest("closes_at")
    candidates = candidates_of_round(closed.pk)
    paper = draw(seed=15, blueprint=blueprint_of(closed), candidates=candidates)
    keys = get_version_keys([item.version_id for item in paper])
    ended_at = closed.closes_at - timedelta(hours=3)
    wards = {one.facet: one.unit_id for one in Membership.objects.filter(person=person)}
    with transaction.atomic():
        attempt = Attempt.objects.create(
            person=person,
            contest_id=closed.contest_id,
            round=closed,
            number=1,
            state=AttemptState.SUBMITTED,
            seed=15,
            paper=[[item.version_id, list(item.order)] for item in paper],
            started_at=ended_at - timedelta(minutes=9, seconds=20),
            deadline_at=ended_at + timedelta(minutes=5, seconds=40),
            submitted_at=ended_at,
            prediction=31,
            receipt="7F3A9C0D52E1",
            territory_id=wards.get("territory"),
            workplace_id=wards.get("workplace"),
        )
        for place, item in enumerate(paper[:-1], start=1):
            right = sorted(item.order.index(option) + 1 for option in keys[item.version_id])
            choice = [right[0] % len(item.order) + 1] if place in (2, 7) else right
            received_at = attempt.started_at + timedelta(seconds=25 * place)
            Answer.objects.create(
                attempt=attempt,
                round_id=attempt.round_id,
                item=place,
                seq=place,
                choice=choice,
                received_at=received_at,
            )
        events.publish(AttemptsEnded((attempt.pk,)))
    return {"attempt": str(attempt.uuid), "round": str(closed.uuid)}


def nearly_over(attempt_uuid: str, seconds: str) -> dict[str, str]:
    """Let an open attempt have begun long ago, so that so many seconds are left."""
    from backend.attempts.models import Attempt
    from backend.infra import clock

    attempt = Attempt.objects.get(uuid=attempt_uuid)
    shift = attempt.deadline_at - (clock.now() + timedelta(seconds=float(seconds)))
    attempt.started_at -= shift
    attempt.deadline_at -= shift
    attempt.save(update_fields=["started_at", "deadline_at"])
    return {"deadline_at": attempt.deadline_at.isoformat()}


def other_rules() -> dict[str, str]:
    """Lay out a contest whose rules differ from the demo's in all that a person sees, open for an hour."""
    import secrets
    from collections import Counter

    from backend.contests.models import Contest
    from backend.contests.services import RoundPlan, lay_out_contest
    from backend.core.drawing import Cell
    from backend.core.rulebook import Rulebook
    from backend.core.rules.prizes import Prize
    from backend.infra import clock
    from backend.questions.queries import list_approved_candidates

    now = clock.now()
    documents = list(Contest.objects.filter(is_demo=True).values_list("documents__key", flat=True))
    candidates = list_approved_candidates(document_keys=documents)
    topic = Counter(candidate.topic for candidate in candidates).most_common(1)[0][0]
    contest = lay_out_contest(
        key=f"the-le-khac-{secrets.token_hex(3)}",
        title="Hội thi có thể lệ khác",
        summary="",
        rulebook=Rulebook(
            question_count=3,
            scoring="proportional",
            counts="last",
            prediction="all_correct_share",
            ranking=("score", "prediction", "earliest"),
            result_shown="after_round",
            keys_shown="never",
            minimum_age=14,
            identity="number",
            excluded=("expert_team", "secretaries"),
            prizes=(Prize("Giải Nhất", 1, 5_000_000), Prize("Tập thể dẫn đầu", to="unit", by="people", place=1)),
        ),
        blueprint=(Cell(topic, None, 3),),
        rounds=[RoundPlan("Đợt duy nhất", now - timedelta(hours=1), now + timedelta(hours=1))],
        document_keys=documents,
        now=now - timedelta(hours=2),
    )
    # Behind the demo's in every list: other tests go on meeting that one first.
    Contest.objects.filter(pk=contest.pk).update(created_at=now - timedelta(days=9999))
    return {"contest": contest.key, "round": str(contest.rounds.get().uuid)}


def close_round(round_uuid: str) -> dict[str, str]:
    """Let a round have closed some seconds ago."""
    from backend.contests.models import Round
    from backend.infra import clock

    closes_at = clock.now() - timedelta(seconds=5)
    Round.objects.filter(uuid=round_uuid).update(closes_at=closes_at, keys_release_at=closes_at)
    return {"closes_at": closes_at.isoformat()}


STAGES = {
    "closed-result": closed_result,
    "nearly-over": nearly_over,
    "other-rules": other_rules,
    "wrong-key": wrong_key,
    "essays": essays,
    "close-round": close_round,
    "words-wanted": words_wanted,
    "lay-words": lay_words,
}


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    print(json.dumps(STAGES[words[0]](*words[1:])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
