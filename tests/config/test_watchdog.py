"""A worker that hears nothing while rows wait is ended; one that is busy is not."""

import time

from backend.config.watchdog import BUSY_S, DEAF_S, Ear, is_deaf


def ear(*, quiet_s: float, running: list[str]) -> Ear:
    """An ear that heard of these tasks, and of nothing since."""
    one = Ear()
    for task_id in running:
        one.begin(task_id=task_id)
    one.heard_at = time.monotonic() - quiet_s
    return one


def test_who_works_on_a_long_task_is_not_deaf_until_the_task_must_hang():
    minute = ear(quiet_s=DEAF_S + 30, running=["regrade"])
    hangs = ear(quiet_s=BUSY_S + 1, running=["regrade"])

    assert [is_deaf(backlog_age_s=100, idle_s=one.idle_s()) for one in (minute, hangs)] == [False, True]


def test_who_has_ended_all_tasks_and_hears_of_no_other_is_deaf_where_rows_wait():
    one = ear(quiet_s=0, running=["a", "b"])
    one.end(task_id="a")
    one.end(task_id="b")
    one.heard_at -= DEAF_S + 1

    assert [is_deaf(backlog_age_s=age, idle_s=one.idle_s()) for age in (0, DEAF_S + 1)] == [False, True]
