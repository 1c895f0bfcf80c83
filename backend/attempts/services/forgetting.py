"""Delete what was kept for a while only: marks of devices, and identity numbers that no contest needs any longer."""

from datetime import datetime, timedelta

from django.db import connection

from backend.accounts.services import forget_identities

# As long as results of a round may be asked about; the consent text says so.
DEVICES_KEPT = timedelta(days=90)
# Well below the limit of a statement, however many took part.
_BATCH = 50_000
_FORGET = """
DELETE FROM attempts_devicestart WHERE ctid IN (
    SELECT d.ctid FROM attempts_devicestart d JOIN contests_round r ON r.id = d.round_id
     WHERE r.closes_at <= %s LIMIT %s)
"""


def forget_past(*, now: datetime) -> int:
    """Delete what is past its time; return how many rows there were. Neither kind waits for the other to succeed."""
    try:
        forgotten = forget_identities(now=now)
    finally:
        devices = _forget_devices(now=now)
    return forgotten + devices


def _forget_devices(*, now: datetime) -> int:
    forgotten, count = 0, _BATCH
    with connection.cursor() as cursor:
        while count == _BATCH:
            cursor.execute(_FORGET, [now - DEVICES_KEPT, _BATCH])
            count = int(cursor.rowcount)
            forgotten += count
    return forgotten
