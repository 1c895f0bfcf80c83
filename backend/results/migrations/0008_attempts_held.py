"""An attempt with results is held by a trigger on itself, not by a constraint of each result.

The constraint locked the attempt, which writes to it, with every result: a regrade of a million wrote gigabytes for the
sake of attempts in which nothing changes. Results are made from attempts under their lock, or from other results.
"""

import django.db.models.deletion
from django.db import migrations, models

# Both at once, or one waits for a writer that waits for the other; and not for long: a new try is cheaper than a queue.
GUARD = """
SET LOCAL lock_timeout = '5s';
LOCK TABLE attempts_attempt, results_result IN ACCESS EXCLUSIVE MODE;
CREATE FUNCTION results_refuse_to_lose_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM results_result WHERE attempt_id = OLD.id) THEN
        RAISE EXCEPTION 'attempt % has results', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER results_hold_their_attempt BEFORE DELETE ON attempts_attempt
    FOR EACH ROW EXECUTE FUNCTION results_refuse_to_lose_attempt();
CREATE TRIGGER results_hold_their_attempts_id BEFORE UPDATE OF id ON attempts_attempt
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION results_refuse_to_lose_attempt();
"""
UNGUARD = """
DROP TRIGGER results_hold_their_attempts_id ON attempts_attempt;
DROP TRIGGER results_hold_their_attempt ON attempts_attempt;
DROP FUNCTION results_refuse_to_lose_attempt();
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0007_parts")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.AlterField(
            "result",
            "attempt",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to="attempts.attempt",
            ),
        ),
    ]
