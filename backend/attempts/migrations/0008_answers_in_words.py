"""Answers in words. A column without a default: no row is written, and the lock is held for milliseconds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attempts", "0007_device_starts")]

    operations = [
        # Answers are written all day long: rather fail and be run again than make a queue behind this.
        migrations.RunSQL("SET LOCAL lock_timeout = '2s'", migrations.RunSQL.noop),
        migrations.AddField("answer", "text", models.TextField(null=True, blank=True)),
    ]
