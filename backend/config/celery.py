"""The Celery application. A message is a wake-up hint without data; the work is rows in PostgreSQL."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

from django.conf import settings  # settings must be named before they are read

# By kind of work, so that workers can be told apart: `python -m backend worker --queues finalize`.
QUEUES = ("finalize", "stats", "import", "mail")

app = Celery("hoithi", broker=settings.BROKER_URL)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=60,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=5000,
    worker_soft_shutdown_timeout=10,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"visibility_timeout": 300, "global_keyprefix": "hoithi:"},
    visibility_timeout=300,
    task_default_queue="stats",
    task_routes={"backend.attempts.tasks.*": {"queue": "finalize"}},
    timezone="Asia/Ho_Chi_Minh",
    worker_hijack_root_logger=False,
    # Hints make ticks prompt; beat makes them certain. What nobody took in time is dropped, the next one is due.
    beat_schedule={
        "publish-ticks": {
            "task": "backend.standings.tasks.publish_ticks",
            "schedule": 2.0,
            "options": {"expires": 10},
        },
        "sweep-attempts": {
            "task": "backend.attempts.tasks.sweep_attempts",
            "schedule": 1.0,
            "options": {"expires": 5},
        },
        "build-papers": {
            "task": "backend.attempts.tasks.build_papers",
            "schedule": 5.0,
            "options": {"expires": 20},
        },
        "advance-regrades": {
            "task": "backend.results.tasks.advance_regrades",
            "schedule": 10.0,
            "options": {"expires": 30},
        },
        "fill-editions": {
            "task": "backend.standings.tasks.fill_editions",
            "schedule": 10.0,
            "options": {"expires": 30},
        },
        "forget-past": {
            "task": "backend.attempts.tasks.forget_past",
            "schedule": crontab(hour="3", minute="40"),
            "options": {"expires": 3600},
        },
        "erase-withdrawn": {
            "task": "backend.accounts.tasks.erase_withdrawn",
            "schedule": crontab(hour="4", minute="10"),
            "options": {"expires": 3600},
        },
        "recount": {
            "task": "backend.participation.tasks.recount_counters",
            "schedule": crontab(minute="7"),
            "options": {"expires": 1800},
        },
    },
)
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**_: object) -> None:
    """Connected, Celery leaves logging as settings.py has set it up."""


@worker_ready.connect
def _start_watchdog(**_: object) -> None:
    # Not above: models cannot be imported before Django is set up, and this module is imported first.
    from backend.config.watchdog import watch

    watch()
