"""Delete what a cancelled regrade had computed aside, batch by batch. Its audit stays."""

from datetime import datetime

from django.db import connection, transaction

from backend.infra import events
from backend.results.enums import RegradeState
from backend.results.events import ResultsDiscarded
from backend.results.services.stepping import lock_regrade

BATCH = 5000

_CUT = """
SELECT max(person_id) FROM (
    SELECT person_id FROM results_result WHERE contest_id = %(contest)s AND key_version = %(target)s
    ORDER BY person_id LIMIT %(limit)s
) AS next
"""
_DELETE = """
DELETE FROM results_result WHERE contest_id = %(contest)s AND key_version = %(target)s AND person_id <= %(upto)s
"""


@transaction.atomic
def clear_cancelled(*, regrade_id: int, now: datetime, limit: int = BATCH) -> bool:
    """Delete the next persons' results and what was made of them; return whether there may be more to do."""
    regrade = lock_regrade(regrade_id)
    if regrade.state != RegradeState.CANCELLED or regrade.cleared_at is not None:
        return False
    values = {"contest": regrade.contest_id, "target": regrade.target_key_version, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_CUT, values)
        upto = cursor.fetchone()[0]
        events.publish(
            ResultsDiscarded(
                contest_id=regrade.contest_id,
                key_version=regrade.target_key_version,
                upto_person=upto or 0,
                is_last=upto is None,
            )
        )
        if upto is None:
            regrade.cleared_at = now
            regrade.save(update_fields=["cleared_at"])
            return False
        cursor.execute(_DELETE, {**values, "upto": upto})
    return True
