"""Expand: every answer names its round, filled in by a trigger for code that does not know of it yet.

Runs beside servers of both versions: locks are held for moments, rows are filled in batches, indexes are built
concurrently. Not atomic; every step may be run again after a failure.
"""

import django.db.models.deletion
from django.db import migrations, models

ATTEMPTS_A_BATCH = 2_000

BEGIN = "SET lock_timeout = '2s'; SET statement_timeout = 0"
END = "RESET lock_timeout; RESET statement_timeout"
ADD_COLUMN = """
ALTER TABLE attempts_answer DROP CONSTRAINT IF EXISTS answer_of_its_attempt;
ALTER TABLE attempts_answer DROP CONSTRAINT IF EXISTS answer_names_its_round;
ALTER TABLE attempts_answer ADD COLUMN IF NOT EXISTS round_id bigint;
CREATE OR REPLACE FUNCTION attempts_name_round_of_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT a.round_id INTO NEW.round_id FROM attempts_attempt a WHERE a.id = NEW.attempt_id;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER answer_names_its_round BEFORE INSERT ON attempts_answer
    FOR EACH ROW WHEN (NEW.round_id IS NULL) EXECUTE FUNCTION attempts_name_round_of_answer();
"""
FILL = """
UPDATE attempts_answer n SET round_id = a.round_id FROM attempts_attempt a
 WHERE a.id = n.attempt_id AND n.round_id IS NULL AND n.attempt_id BETWEEN %s AND %s
"""
DROP_PARENT_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS attempt_in_its_round"
ADD_PARENT_INDEX = "CREATE UNIQUE INDEX CONCURRENTLY attempt_in_its_round ON attempts_attempt (round_id, id)"
DROP_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS attempts_answer_default_pkey"
ADD_INDEX = (
    "CREATE UNIQUE INDEX CONCURRENTLY attempts_answer_default_pkey ON attempts_answer (attempt_id, item, round_id)"
)
ADD_CONSTRAINTS = """
ALTER TABLE attempts_answer ADD CONSTRAINT answer_names_its_round CHECK (round_id IS NOT NULL) NOT VALID;
ALTER TABLE attempts_answer ADD CONSTRAINT answer_of_its_attempt
    FOREIGN KEY (attempt_id, round_id) REFERENCES attempts_attempt (id, round_id) NOT VALID;
"""
VALIDATE_ROUND = "ALTER TABLE attempts_answer VALIDATE CONSTRAINT answer_names_its_round"
VALIDATE_ATTEMPT = "ALTER TABLE attempts_answer VALIDATE CONSTRAINT answer_of_its_attempt"


def fill_rounds(apps, schema_editor):
    """Write the round beside every answer that came before, some attempts at a time."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(attempt_id), 0), coalesce(max(attempt_id), -1) FROM attempts_answer")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, ATTEMPTS_A_BATCH):
            cursor.execute(FILL, [start, start + ATTEMPTS_A_BATCH - 1])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("attempts", "0001_initial"), ("contests", "0001_initial")]

    operations = [
        migrations.RunSQL(BEGIN),
        migrations.RunSQL(
            ADD_COLUMN,
            state_operations=[
                migrations.AddField(
                    "answer",
                    "round",
                    models.ForeignKey(
                        null=True,
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contests.round",
                    ),
                )
            ],
        ),
        migrations.RunPython(fill_rounds),
        # One statement each: none of these may stand in a transaction.
        *map(migrations.RunSQL, (DROP_PARENT_INDEX, ADD_PARENT_INDEX, DROP_INDEX, ADD_INDEX)),
        *map(migrations.RunSQL, (ADD_CONSTRAINTS, VALIDATE_ROUND, VALIDATE_ATTEMPT, END)),
    ]
