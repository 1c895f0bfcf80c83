"""Since when a date of birth is fixed: an attempt began in a contest with a minimum age."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_identity")]

    operations = [
        migrations.AddField(
            model_name="profile", name="born_on_locked_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
