"""Wait until whatever was committed just now is known to everybody who writes. Nobody is kept waiting for it."""

import time

from django.db import connection

WAIT_S, PAUSE_S = 5.0, 0.05  # then the next call of the task tries again

# Whoever is in a transaction now may hold a snapshot from before the announcement. One that has not written for longer
# than any write may take reads only (as `infra.reading` has it): a backup holds nobody up.
_UNDER_WAY = """
SELECT pid, xact_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND (backend_xid IS NOT NULL OR xact_start > clock_timestamp() - interval '10 seconds')
"""


def is_known_to_all() -> bool:
    """Wait until every transaction that is under way now has ended; tell whether that took less than `WAIT_S`."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY)
        waited_for = set(cursor.fetchall())
        give_up_at = time.monotonic() + WAIT_S
        while waited_for and time.monotonic() < give_up_at:
            time.sleep(PAUSE_S)
            cursor.execute(_UNDER_WAY)
            waited_for &= set(cursor.fetchall())
    return not waited_for
