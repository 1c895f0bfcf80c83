"""What the statements that look through all marks are allowed to take, and what they keep waiting meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from backend.results import services
from backend.results.services.computing import compute_batch
from tests.factories import make_person
from tests.results.essays import LATER, enter, essay_contest, give, marker, sit_essay

pytestmark = pytest.mark.django_db(transaction=True)
# Of the statements that touch marks: what it may take, and how many advisory locks the transaction holds alone.
_STANDS = """
SELECT current_setting('statement_timeout'), (
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND pid = pg_backend_pid()
)
"""


@contextmanager
def watching(*beginnings: str) -> Iterator[list[tuple[str, int]]]:
    """Tell under which limit, and with how many locks held alone, statements that begin so were run."""
    told: list[tuple[str, int]] = []

    def hear(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.strip().startswith(beginnings) and "results_essaymark" in sql:
            with connection.connection.cursor() as raw:
                told.append(raw.execute(_STANDS).fetchone())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield told


def test_whoever_looks_through_all_marks_has_the_time_for_it_and_holds_no_pointer():
    contest = essay_contest()
    give(sit_essay(contest.rounds.get(), "a"), marker(), 4)
    author = make_person()

    with watching("WITH entering") as entering:
        regrade = enter(contest, author=author)
    services.start_computing(regrade=regrade, actor=author, now=LATER)
    with watching("SELECT r.attempt_id") as batch:
        compute_batch(regrade_id=regrade.pk, now=LATER)
    with watching("UPDATE results_essaymark") as taken_out:
        services.cancel_regrade(regrade=regrade, actor=author, now=LATER)

    # Of what is held alone the first is the set of marks, the second would be the pointer: every hand-in waits for it.
    assert entering == [("30s", 1)]
    assert batch == [("30s", 1)]  # the part's
    assert taken_out == [("30s", 1), ("30s", 1)]
