"""Contract: the table of answers becomes the default partition of one that is partitioned by round.

No row is copied: the locks are held for milliseconds, and given up after two seconds of waiting (then run it again).
`python -m backend ensure_partitions` afterwards gives the rounds that exist their own partitions. There is no way back
but the backup.
"""

import django.db.models.deletion
from django.db import migrations, models

LOCK = """
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = 0;
LOCK TABLE attempts_attempt, attempts_answer IN ACCESS EXCLUSIVE MODE;
ALTER TABLE attempts_attempt ADD CONSTRAINT attempt_in_its_round UNIQUE USING INDEX attempt_in_its_round;
DROP TRIGGER answer_names_its_round ON attempts_answer;
DROP FUNCTION attempts_name_round_of_answer();
"""
SWAP = """
ALTER TABLE attempts_answer DROP CONSTRAINT answer_names_its_round;
ALTER TABLE attempts_answer DROP CONSTRAINT attempts_answer_pkey;
ALTER TABLE attempts_answer
    ADD CONSTRAINT attempts_answer_default_pkey PRIMARY KEY USING INDEX attempts_answer_default_pkey;
ALTER TABLE attempts_answer RENAME TO attempts_answer_default;
ALTER TABLE attempts_answer_default SET (fillfactor = 80);
CREATE TABLE attempts_answer (LIKE attempts_answer_default INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)
    PARTITION BY LIST (round_id);
ALTER TABLE attempts_answer ADD CONSTRAINT answer_of_its_attempt
    FOREIGN KEY (attempt_id, round_id) REFERENCES attempts_attempt (id, round_id);
ALTER TABLE attempts_answer ATTACH PARTITION attempts_answer_default DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("attempts", "0002_answers_name_their_round")]

    operations = [
        migrations.RunSQL(
            LOCK,
            state_operations=[
                migrations.AddConstraint(
                    "attempt", models.UniqueConstraint(fields=("round", "id"), name="attempt_in_its_round")
                )
            ],
        ),
        # The new constraint begins with the round.
        migrations.AlterField(
            "attempt",
            "round",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="contests.round",
            ),
        ),
        migrations.AlterField(
            "answer",
            "attempt",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="attempts.attempt",
            ),
        ),
        # The validated constraint proves it: no row is read.
        migrations.AlterField(
            "answer",
            "round",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contests.round",
            ),
        ),
        migrations.RunSQL(
            SWAP,
            state_operations=[
                migrations.AlterField(
                    "answer",
                    "pk",
                    models.CompositePrimaryKey(
                        "attempt_id", "item", "round_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                )
            ],
        ),
    ]
