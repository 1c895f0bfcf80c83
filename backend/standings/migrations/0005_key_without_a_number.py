"""A line is found by round, version and person: that becomes its key, and the number nobody used goes with its index.

Who has no ward or no workplace stands in no such board, so those indexes leave them out; those that ranks of a whole
round are counted from tell the score itself, so that no line is fetched. The key and the indexes are
built under a lock, some seconds a million lines: run it between rounds. There is no way back but the backup.
"""

from django.db import migrations, models
from django.db.models import F, Q

_ORDER = (F("correct_count") * -1, F("submitted_at"), F("attempt"))
KEY = """
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = 0;
ALTER TABLE standings_standing DROP COLUMN id, DROP CONSTRAINT standing_once_per_round,
    ADD PRIMARY KEY (round_id, key_version, person_id);
"""


class Migration(migrations.Migration):
    dependencies = [("standings", "0004_editions")]

    operations = [
        migrations.RunSQL(
            KEY,
            state_operations=[
                migrations.RemoveConstraint("standing", "standing_once_per_round"),
                migrations.RemoveField("standing", "id"),
                migrations.AddField(
                    "standing",
                    "pk",
                    models.CompositePrimaryKey(
                        "round_id",
                        "key_version",
                        "person_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex("standing", "standings_in_order"),
        migrations.RemoveIndex("editionline", "edition_in_order"),
        migrations.AddIndex(
            "standing",
            models.Index(
                F("round"), F("key_version"), *_ORDER, include=["correct_count"], name="standings_in_their_order"
            ),
        ),
        migrations.AddIndex(
            "editionline",
            models.Index(F("edition"), *_ORDER, include=["correct_count"], name="edition_in_its_order"),
        ),
        migrations.RemoveIndex("standing", "standings_of_a_ward"),
        migrations.RemoveIndex("standing", "standings_of_a_workplace"),
        *(
            migrations.AddIndex(
                "standing",
                models.Index(
                    F(unit),
                    F("round"),
                    F("key_version"),
                    *_ORDER,
                    condition=Q((f"{unit}__isnull", False)),
                    name=name,
                ),
            )
            for unit, name in (("territory", "standings_in_a_ward"), ("workplace", "standings_in_a_workplace"))
        ),
    ]
