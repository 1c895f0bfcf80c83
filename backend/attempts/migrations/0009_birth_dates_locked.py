"""Fix the dates of birth that let people in before there was a column that says so.

A few thousand profiles a statement, each a transaction of its own: a round may be open meanwhile. A row that is being
written waits two seconds at most, then this fails and is run again; what is fixed already is passed over. Who starts
beside it is fixed by their own start.
"""

from typing import Any

from django.db import migrations

BATCH = 5_000
_ASKING = "SELECT array_agg(id) FROM contests_contest WHERE rulebook ->> 'minimum_age' IS NOT NULL"
_NEXT = "SELECT max(id) FROM (SELECT id FROM accounts_profile WHERE id > %s ORDER BY id LIMIT %s) AS batch"
# The first such start, as `lock_birth_date` would have kept it. Attempts are found by person.
_FIX = """
UPDATE accounts_profile AS p SET born_on_locked_at = begun.at
  FROM (SELECT q.id, (SELECT min(a.started_at) FROM attempts_attempt AS a
                       WHERE a.person_id = q.person_id AND a.contest_id = ANY(%s)) AS at
          FROM accounts_profile AS q WHERE q.id > %s AND q.id <= %s AND q.born_on_locked_at IS NULL) AS begun
 WHERE p.id = begun.id AND begun.at IS NOT NULL AND p.born_on_locked_at IS NULL
"""


def fix_birth_dates(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_ASKING)
        asking = cursor.fetchone()[0]
        after = 0
        while asking:
            cursor.execute(_NEXT, [after, BATCH])
            upto = cursor.fetchone()[0]
            if upto is None:
                return
            cursor.execute(_FIX, [asking, after, upto])
            after = upto


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("attempts", "0008_answers_in_words"),
        ("accounts", "0005_erasure"),
        ("contests", "0003_frozen_papers"),
    ]

    operations = [migrations.RunPython(fix_birth_dates, migrations.RunPython.noop, atomic=False)]
