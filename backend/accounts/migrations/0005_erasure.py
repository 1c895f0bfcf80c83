"""Since when an account tells nobody any more who it was, and who did what to an account, when and why."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_born_on_locked_at")]

    operations = [
        # Everybody's row is read all day long: rather fail and be run again than make a queue behind this.
        migrations.RunSQL("SET LOCAL lock_timeout = '2s'", migrations.RunSQL.noop),
        migrations.AddField("person", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.CreateModel(
            name="AccountStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "move",
                    models.CharField(
                        choices=[("corrected", "Sửa thông tin"), ("erased", "Xóa thông tin cá nhân")], max_length=9
                    ),
                ),
                (
                    "facts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("reason", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="account_steps",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("at", "id")},
        ),
    ]
