"""Put odd attempts on a list for humans. Nothing is refused, voided or told to the person because of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from backend.attempts.enums import FlagKind
from backend.infra.group_commit.reserved import Connection

log = structlog.get_logger(__name__)

_FLAG = """
INSERT INTO attempts_flag (attempt_id, kind, detail, times, first_at, last_at) VALUES (%s, %s, %s::jsonb, %s, %s, %s)
ON CONFLICT (attempt_id, kind) DO UPDATE
   SET times = attempts_flag.times + excluded.times, last_at = greatest(attempts_flag.last_at, excluded.last_at)
"""


class Conflict(NamedTuple):
    """A `seq` that was used for two different answers. The stored one stands; `detail` never holds a text."""

    attempt_id: int
    detail: Mapping[str, Any]
    received_at: datetime


async def flag_conflicts(reserved: Connection, conflicts: Iterable[Conflict]) -> None:
    """Write conflicts down before anybody is told of them, so that none is told and not kept."""
    by_attempt: dict[int, list[Conflict]] = {}
    for one in conflicts:
        by_attempt.setdefault(one.attempt_id, []).append(one)
    # By id: two processes that flag the same attempts wait for each other in one order.
    for attempt_id, found in sorted(by_attempt.items()):
        times = [one.received_at for one in found]
        detail = json.dumps(found[0].detail)
        values = [attempt_id, FlagKind.SEQ_CONFLICT.value, detail, len(found), min(times), max(times)]
        await reserved.execute(_FLAG, values)


def flag_haste(*, attempt_id: int, detail: Mapping[str, Any], at: datetime) -> None:
    """Note that answers came faster than a person can press. A database that is away costs the note, nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FLAG, [attempt_id, FlagKind.HASTE.value, json.dumps(detail), 1, at, at])
    except (DatabaseError, InterfaceError) as error:
        log.warning("haste_not_flagged", cause=type(error).__name__)
    finally:
        if not connection.in_atomic_block:
            close_old_connections()
