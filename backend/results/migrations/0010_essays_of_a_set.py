"""How many essays there were, and had their marks, when a set was proposed; null where that was before this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("results", "0009_essay_marks")]

    operations = [
        migrations.AddField(model_name="regrade", name="essays_written", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(model_name="regrade", name="essays_marked", field=models.PositiveIntegerField(null=True)),
    ]
