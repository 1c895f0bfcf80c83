from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standings", "0001_initial"), ("results", "0003_points")]

    operations = [
        migrations.AddField(
            model_name="standing", name="points", field=models.PositiveIntegerField(blank=True, null=True)
        ),
    ]
