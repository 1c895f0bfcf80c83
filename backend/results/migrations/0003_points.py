from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("results", "0002_regrades")]

    operations = [
        migrations.AddField(
            model_name="result", name="points", field=models.PositiveIntegerField(blank=True, null=True)
        ),
    ]
