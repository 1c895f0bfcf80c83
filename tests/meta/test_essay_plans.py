"""What looks through all essays reads each table once; what is about a batch of persons reads the batch's marks."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from backend.contests.models import Contest, Round
from backend.contests.queries import rulebook_in_play
from backend.infra import clock
from backend.results import services
from backend.results.essays import add_essays
from backend.results.models import Regrade
from backend.results.sheets import find_candidates
from tests.factories import make_person, make_unit
from tests.load import crowd
from tests.meta import test_plans
from tests.meta.test_plans import _ATTEMPTS, _RESULTS, ALWAYS, BATCH, watching
from tests.results.essays import essay_contest, essays_of, marker

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 10_000
PER_PERSON = 4  # a result, a mark, and a mark again under either version
_ESSAYS = """
INSERT INTO attempts_answer (attempt_id, round_id, item, seq, choice, text, received_at)
SELECT a.id, a.round_id, 4, 1, '{}', 'bài của ' || a.id, a.started_at FROM attempts_attempt AS a
"""
# Half of them have been marked.
_MARKS = """
INSERT INTO results_essaymark (contest_id, attempt_id, item, turn, marker_id, points, remark, at)
SELECT r.contest_id, r.attempt_id, 4, 1, %(marker)s, 840, '', %(now)s FROM results_result AS r
WHERE r.attempt_id %% 2 = 0
"""


@pytest.fixture
def contest(monkeypatch: pytest.MonkeyPatch) -> Contest:
    """Ten thousand people have written an essay a month ago."""
    monkeypatch.setattr(
        test_plans, "BIG", {"attempts_attempt", "results_result", "results_essaymark", "results_essaysheet"}
    )
    now = clock.now()
    made = essay_contest(now=now - timedelta(days=30))
    one = Round.objects.get(contest=made)
    for _ in range(20):
        make_unit()
    crowd.make_people("essays", PEOPLE, now=now)
    closed = list(one.pool.order_by("pk").exclude(version__kind="essay").values_list("version_id", flat=True)[:3])
    values: dict[str, Any] = {
        "contest": made.pk,
        "round": one.pk,
        "paper": json.dumps([[pk, [1, 2, 3, 4]] for pk in closed] + [[essays_of(made)[0], []]]),
        "now": now - timedelta(days=29),
        "deadline": now - timedelta(days=29),
        "marker": marker().pk,
    }
    with connection.cursor() as cursor:
        for statement in (_ATTEMPTS, _ESSAYS, _RESULTS, _MARKS):
            cursor.execute(statement, values)
        cursor.execute("UPDATE results_result SET points = 840 * correct_count")
        cursor.execute("ANALYZE")
    return made


def test_essays_are_looked_through_once_and_a_batch_reads_its_own(contest: Contest):
    essay, now = rulebook_in_play(contest.pk).essay, clock.now()
    assert essay is not None
    rounds, reader, author = [contest.rounds.get().pk], marker(), make_person()

    for best_first in (False, True):
        with watching(PEOPLE + ALWAYS):
            found = find_candidates(contest, essay, marker_id=reader.pk, rounds=rounds, best_first=best_first, now=now)
        assert len(found) == 20
    with watching(PEOPLE + ALWAYS):
        regrade = services.propose_regrade(
            contest=contest, changes=[services.ENTER_MARKS], reason="x", author=author, now=now
        )
    services.start_computing(regrade=regrade, actor=author, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT person_id FROM results_result ORDER BY person_id OFFSET 1000 LIMIT %s", [BATCH])
        ids = [row[0] for row in cursor.fetchall()]

    with watching(BATCH * PER_PERSON + ALWAYS):
        deltas = add_essays({}, Regrade.objects.get(), after=ids[0] - 1, upto=ids[-1])

    assert set(deltas.values()) == {(0, 840)}
    assert 0 < len(deltas) < BATCH
