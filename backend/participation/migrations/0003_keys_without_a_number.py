"""Who took part is found by round or contest, version and person: that becomes the key, the unused number goes.

The keys are built under a lock, some seconds a million rows: run it between rounds. There is no way back but the
backup.
"""

from django.db import migrations, models

KEY = """
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = 0;
ALTER TABLE participation_{model} DROP COLUMN id, DROP CONSTRAINT {constraint},
    ADD PRIMARY KEY ({scope}_id, key_version, person_id);
"""


def _key(model: str, scope: str, constraint: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        KEY.format(model=model, scope=scope, constraint=constraint),
        state_operations=[
            migrations.RemoveConstraint(model, constraint),
            migrations.RemoveField(model, "id"),
            migrations.AddField(
                model,
                "pk",
                models.CompositePrimaryKey(
                    f"{scope}_id",
                    "key_version",
                    "person_id",
                    blank=True,
                    editable=False,
                    primary_key=True,
                    serialize=False,
                ),
            ),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("participation", "0002_derived_references")]

    operations = [
        _key("participant", "round", "participant_once_per_round"),
        _key("contestparticipant", "contest", "participant_once_per_contest"),
    ]
