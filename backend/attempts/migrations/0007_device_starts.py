"""Which devices attempts began on, by round. A withdrawn consent takes the person's rows with it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORGET = """
CREATE FUNCTION attempts_forget_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Through the attempts, which are found by person: the rows of a round are as many as its people.
    DELETE FROM attempts_devicestart AS d USING attempts_attempt AS a
     WHERE a.person_id = NEW.person_id AND d.round_id = a.round_id AND d.person_id = a.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER withdrawal_forgets_devices AFTER UPDATE OF withdrawn_at ON accounts_consent
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION attempts_forget_devices();
"""
KEEP = """
DROP TRIGGER withdrawal_forgets_devices ON accounts_consent;
DROP FUNCTION attempts_forget_devices();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("attempts", "0006_receipt_index"),
        ("accounts", "0003_identity"),
        ("contests", "0002_frozen_rulebook"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceStart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "round_id", "person_id", "device", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("device", models.BinaryField()),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contests.round",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FORGET, KEEP),
    ]
