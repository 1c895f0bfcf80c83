"""Remember since when a person's units stand fixed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="locked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
