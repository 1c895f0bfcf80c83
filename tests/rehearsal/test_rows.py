"""The checks on a real database: silent as stored, and red once for each row that somebody tampers with."""

from datetime import timedelta

import pytest
from django.db import connection

from backend.attempts.models import Answer
from backend.contests.models import Contest
from backend.contests.queries import candidates_of_round
from backend.participation.models import Counter
from backend.participation.services import drain_all
from backend.rehearsal.checks.answers import find_lost_answers
from backend.rehearsal.checks.counts import find_wrong_counts
from backend.rehearsal.checks.results import find_scored_twice, find_wrong_scores
from backend.rehearsal.checks.standings import find_wrong_lines
from backend.rehearsal.examine import SETTLE_S
from backend.rehearsal.history import AttemptHistory
from backend.rehearsal.rows import WrongDatabase, count_backlog, load_snapshot
from backend.standings.models import Standing
from tests.factories import NOON, make_contest, make_person, make_unit
from tests.results_at_hand import make_result, tell

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED, PAPER_OF_THREE = 2, 3


@pytest.fixture
def contest() -> Contest:
    return make_contest()


@pytest.fixture
def histories(contest: Contest) -> list[AttemptHistory]:
    """Two people with a result each, one answer called saved each; the answers are not worth anything."""
    ward, one = make_unit(), contest.rounds.get()
    versions = [candidate.version_id for candidate in candidates_of_round(one.pk)][:PAPER_OF_THREE]
    found: list[AttemptHistory] = []
    for minutes in range(COUNTED):
        result = make_result(
            person=make_person(territory=ward),
            round=one,
            used_ms=0,
            territory=ward,
            submitted_at=NOON + timedelta(minutes=minutes),
        )
        attempt = result.attempt
        attempt.paper = [[version_id, [1, 2, 3, 4]] for version_id in versions]
        attempt.save(update_fields=["paper"])
        Answer.objects.create(attempt=attempt, round=one, item=1, seq=5, choice=[1, 2], received_at=NOON)
        tell([result])
        found.append(AttemptHistory(str(attempt.uuid), "", sent={(1, 5): (1, 2)}, acks={(1, 5)}, receipts={"receipt"}))
    return found


def _found(contest: Contest, histories: list[AttemptHistory]) -> tuple[int, int, int, int]:
    snapshot = load_snapshot(_database_url(), contest_uuid=str(contest.uuid))
    uuids = {attempt.id: attempt.uuid for attempt in snapshot.attempts}
    stored = {uuids[attempt_id]: items for attempt_id, items in snapshot.answers.items()}
    return (
        len(find_lost_answers(histories, stored)),
        len(find_scored_twice(snapshot.results, histories)),
        len(find_wrong_scores(snapshot, histories)) + len(find_wrong_lines(snapshot)),
        len(find_wrong_counts(snapshot)),
    )


def _database_url() -> str:
    values = connection.settings_dict
    secret = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{secret}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


def test_nothing_is_found_before_and_after_the_fold(contest: Contest, histories: list[AttemptHistory]) -> None:
    before, waiting = _found(contest, histories), count_backlog(_database_url(), [])
    drain_all()
    after, left = _found(contest, histories), count_backlog(_database_url(), [])

    assert (before, after) == ((0, 0, 0, 0), (0, 0, 0, 0))
    assert (waiting, left) == (COUNTED, 0)
    assert SETTLE_S >= 60  # the sweeper and the drain have that long by their own promise


def test_a_deleted_answer_row_is_one_lost_answer(contest: Contest, histories: list[AttemptHistory]) -> None:
    Answer.objects.filter(attempt__uuid=histories[0].uuid).delete()

    assert _found(contest, histories) == (1, 0, 0, 0)


def test_an_altered_counter_row_is_one_counter_mismatch(contest: Contest, histories: list[AttemptHistory]) -> None:
    drain_all()
    cell = Counter.objects.filter(facet="territory", round__isnull=False)
    cell.update(people=cell.get().people + 1)

    assert _found(contest, histories) == (0, 0, 0, 1)


def test_an_altered_standing_row_is_one_standings_mismatch(contest: Contest, histories: list[AttemptHistory]) -> None:
    Standing.objects.filter(attempt__uuid=histories[1].uuid).update(correct_count=3)

    assert _found(contest, histories) == (0, 0, 1, 0)


def test_another_database_is_noticed() -> None:
    with pytest.raises(WrongDatabase):
        load_snapshot(_database_url(), contest_uuid="00000000-0000-0000-0000-000000000000")
