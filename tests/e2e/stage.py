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


STAGES = {"closed-result": closed_result, "nearly-over": nearly_over}


def main(words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    print(json.dumps(STAGES[words[0]](*words[1:])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
