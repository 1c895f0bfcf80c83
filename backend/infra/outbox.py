"""What every outbox table needs: one drainer at a time, and how far it is behind."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models
from django.db.models import Count, Min


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How many rows wait, and for how long the oldest has."""

    row_count: int
    age_s: float


def try_lock(name: str) -> bool:
    """Become the only one to do `name` until this transaction ends; False where somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def measure(table: type[models.Model], *, now: datetime) -> OutboxState:
    """Measure a table whose rows carry `created_at` and leave when they are done."""
    found = table._default_manager.aggregate(row_count=Count("pk"), oldest=Min("created_at"))
    age_s = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return OutboxState(row_count=found["row_count"], age_s=max(0.0, age_s))
