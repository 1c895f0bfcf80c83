"""Fill a stand's empty database: `python -m tests.faults.stand.seeding PEOPLE`.

The last line tells as JSON what is there. Run as a process of its own: a stand has its own
database, and Django knows one at a time.
"""

import json
import os
import sys
from datetime import datetime
from typing import Any

from tests.faults.load.words import ACCEPTED
from tests.faults.stand.mutant import MUTATIONS

OPTIONS, SHORT_TEXTS = 6, 2
# An attempt of the brief contest ends within a trial.
BRIEF_S = 5
LONG_S = 900


def main(people_count: int) -> None:
    """Migrate, then make the contests, two editors who may regrade, and people who are signed in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        told = _make(people_count)
    print(json.dumps(told))


def _make(people_count: int) -> dict[str, Any]:
    from backend.accounts.enums import Role
    from backend.infra import clock
    from tests.factories import make_person, make_unit

    wards, schools = [make_unit() for _ in range(3)], [make_unit(facet="workplace") for _ in range(2)]
    contests: dict[str, Any] = {}
    # A broken promise leaves its contest damaged for good: each mutation has one of its own.
    for name in ("long", "brief", "regraded", *MUTATIONS):
        contest = _make_contest(name, now=clock.now())
        contests[name] = {
            "key": contest.key,
            "uuid": str(contest.uuid),
            "round": str(contest.rounds.get().uuid),
        }
    people = [
        make_person(territory=wards[number % 3], workplace=schools[number % 2] if number % 5 else None)
        for number in range(people_count)
    ]
    editors = [make_person(roles=[Role.ORGANIZER]) for _ in range(2)]
    return {
        "contests": contests,
        "tokens": [_sign_in(one) for one in people],
        "editors": [_sign_in(one) for one in editors],
    }


def _make_contest(name: str, *, now: datetime) -> Any:
    """Every paper has questions with options, short texts, and, ranked by score as they want it, an essay.

    What is regraded has none, so that the usual ranking has its trial too.
    """
    from backend.core.rules.essays import Essay
    from tests.factories import make_contest, make_essay, make_short_text

    rules: dict[str, Any] = {
        "duration_s": BRIEF_S if name == "brief" else LONG_S,
        "attempts_per_round": None,
        "kinds": ("single", "multiple", "short_text"),
    }
    pool = [make_short_text(ACCEPTED) for _ in range(SHORT_TEXTS)]
    if name != "regraded":
        rules |= {"essay": Essay(count=1, points=5), "ranking": ("score", "prediction", "earliest")}
        pool.append(make_essay())
    return make_contest(now=now, question_count=OPTIONS + SHORT_TEXTS, pool=pool, pool_size=OPTIONS, rules=rules)


def _sign_in(person: Any) -> str:
    from tests.attempts.serving import sign_in

    return sign_in(person)


if __name__ == "__main__":
    main(int(sys.argv[1]))
