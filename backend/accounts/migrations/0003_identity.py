"""Identity numbers, sealed. A withdrawn consent takes the number with it, whatever code writes the withdrawal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORGET = """
CREATE FUNCTION accounts_forget_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM accounts_identity WHERE person_id = NEW.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER withdrawal_forgets_identity AFTER UPDATE OF withdrawn_at ON accounts_consent
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION accounts_forget_identity();
"""
KEEP = """
DROP TRIGGER withdrawal_forgets_identity ON accounts_consent;
DROP FUNCTION accounts_forget_identity();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_born_on")]

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("nonce", models.BinaryField()),
                ("stated_at", models.DateTimeField()),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("keep_until", models.DateTimeField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["keep_until"], name="identities_by_end")],
                "constraints": [models.UniqueConstraint(fields=("digest",), name="identity_number_once")],
            },
        ),
        migrations.RunSQL(FORGET, KEEP),
    ]
