"""Papers drawn ahead of their starts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("attempts", "0003_answers_by_round"), ("contests", "0002_frozen_rulebook")]

    operations = [
        migrations.CreateModel(
            name="PreparedPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.BigIntegerField()),
                ("paper", models.JSONField()),
                (
                    "round",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contests.round",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["round", "id"], name="prepared_papers_in_order")]},
        ),
    ]
