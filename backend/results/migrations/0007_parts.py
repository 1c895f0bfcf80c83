"""A regrade is computed in parts. One that exists gets a single part, as far as it has come."""

import django.db.models.deletion
from django.db import migrations, models

PARTS = """
INSERT INTO results_regradepart (regrade_id, number, after_person_id, upto_person_id, cursor_person_id, done_count)
SELECT id, 1, 0, 9223372036854775807,
       CASE WHEN computed_at IS NULL THEN cursor_person_id ELSE 9223372036854775807 END, done_count
FROM results_regrade WHERE state <> 'draft'
"""


class Migration(migrations.Migration):
    dependencies = [("results", "0006_fewer_indexes")]

    operations = [
        migrations.CreateModel(
            name="RegradePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("after_person_id", models.BigIntegerField()),
                ("upto_person_id", models.BigIntegerField()),
                ("cursor_person_id", models.BigIntegerField()),
                ("done_count", models.PositiveIntegerField(default=0)),
                (
                    "regrade",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="results.regrade",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("regrade", "number"), name="part_once_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("after_person_id__lte", models.F("cursor_person_id")))
                        & models.Q(("cursor_person_id__lte", models.F("upto_person_id"))),
                        name="part_cursor_within_it",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PARTS, migrations.RunSQL.noop),
        migrations.RemoveField("regrade", "cursor_person_id"),
        migrations.RemoveField("regrade", "done_count"),
    ]
