"""Which devices attempts began on, by round. A withdrawn consent takes the person's rows with it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORGET = """
CREATE FUNCTION attempts_forget_devices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM attempts_devicestart WHERE person_id = NEW.person_id;
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
                        "round_id", "device", "person_id", blank=True, editable=False, primary_key=True, serialize=False
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
