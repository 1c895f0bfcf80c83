"""Delete what was kept for a while only (marks of devices, numbers no contest needs), and what erased people wrote."""

from datetime import datetime, timedelta

from django.db import connection

from backend.accounts.errors import AttemptStillRunning
from backend.accounts.services import forget_identities
from backend.attempts.enums import AttemptState
from backend.attempts.models import Attempt, DeviceStart
from backend.questions.enums import QuestionKind

# As long as results of a round may be asked about; the consent text says so.
DEVICES_KEPT = timedelta(days=90)
# Well below the limit of a statement, however many took part.
_BATCH = 50_000
_FORGET = """
DELETE FROM attempts_devicestart WHERE ctid IN (
    SELECT d.ctid FROM attempts_devicestart d JOIN contests_round r ON r.id = d.round_id
     WHERE r.closes_at <= %s LIMIT %s)
"""
# An essay tells of its writer; its marks are results, and stay. A short text is a word that thousands wrote alike, and
# a regrade that accepts another reading has to find it: without it the totals of the past would change. "" is what an
# answer taken back looks like. The round is named, so one partition is read for each.
_BLANK_ESSAYS = f"""
UPDATE attempts_answer AS answer SET text = ''
  FROM attempts_attempt AS a, questions_questionversion AS v
 WHERE a.person_id = %s AND answer.round_id = a.round_id AND answer.attempt_id = a.id AND answer.text <> ''
   AND v.id = (a.paper -> (answer.item - 1) ->> 0)::bigint AND v.kind = '{QuestionKind.ESSAY}'
"""  # noqa: S608  # built from constants alone


def forget_person(*, person_id: int) -> None:
    """Let go of what a person's attempts tell of them, in the transaction that erases them; what is counted stays.

    Raises AttemptStillRunning while an attempt is open: the paper is promised to its end, and answers of a socket
    that is open would still be written behind this.
    """
    # Locked against the start of another: it takes the person's row, which the caller holds.
    if Attempt.objects.filter(person_id=person_id, state=AttemptState.OPEN).exists():
        raise AttemptStillRunning
    DeviceStart.objects.filter(person_id=person_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(_BLANK_ESSAYS, [person_id])


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
