"""Results are asked for by contest, version and person, or by attempt: two more indexes were paid for, not read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("results", "0005_voidings")]

    operations = [
        migrations.RemoveIndex("result", "results_by_round_and_person"),
        migrations.AlterField(
            "result",
            "person",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="results",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
