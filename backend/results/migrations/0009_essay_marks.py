"""Essays are marked by people, and their marks enter with a set of changes: a change may be of no question."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("attempts", "0008_answers_in_words"),
        ("contests", "0003_frozen_papers"),
        ("questions", "0003_written_answers"),
        ("results", "0008_attempts_held"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EssayMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.PositiveSmallIntegerField()),
                ("turn", models.PositiveSmallIntegerField()),
                ("points", models.PositiveIntegerField()),
                ("remark", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("from_key_version", models.PositiveIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EssaySheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("item", models.PositiveSmallIntegerField()),
                ("held_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AlterField(
            model_name="regradechange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("correct_key", "Sửa đáp án"),
                    ("accept_several", "Chấp nhận nhiều đáp án"),
                    ("drop_question", "Bỏ câu hỏi, ai có câu này đều được tính đúng"),
                    ("enter_marks", "Đưa điểm tự luận vào"),
                ],
                max_length=14,
            ),
        ),
        migrations.AlterField(
            model_name="regradechange",
            name="version",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="questions.questionversion"
            ),
        ),
        migrations.AddConstraint(
            model_name="regradechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("version", None)), fields=("regrade",), name="change_enters_marks_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="regradechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "enter_marks"), ("version", None)),
                    models.Q(models.Q(("kind", "enter_marks"), _negated=True), ("version__isnull", False)),
                    _connector="OR",
                ),
                name="change_of_a_version_or_of_marks",
            ),
        ),
        migrations.AddField(
            model_name="essaymark",
            name="attempt",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="attempts.attempt"
            ),
        ),
        migrations.AddField(
            model_name="essaymark",
            name="contest",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contests.contest"
            ),
        ),
        migrations.AddField(
            model_name="essaymark",
            name="marker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="essaysheet",
            name="attempt",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="attempts.attempt"
            ),
        ),
        migrations.AddField(
            model_name="essaysheet",
            name="holder",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="essaymark",
            index=models.Index(fields=["contest", "from_key_version"], name="marks_by_contest_and_version"),
        ),
        migrations.AddConstraint(
            model_name="essaymark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("from_key_version", None), ("replaced_at", None)),
                fields=("attempt", "item", "marker"),
                name="mark_waiting_once_per_marker",
            ),
        ),
        migrations.AddConstraint(
            model_name="essaymark",
            constraint=models.UniqueConstraint(
                condition=models.Q(("from_key_version", None), ("replaced_at", None)),
                fields=("attempt", "item", "turn"),
                name="mark_waiting_once_per_turn",
            ),
        ),
        migrations.AddConstraint(
            model_name="essaymark",
            constraint=models.UniqueConstraint(
                fields=("attempt", "item", "turn", "from_key_version"), name="mark_once_per_turn_and_key_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="essaymark",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_key_version", None), ("replaced_at", None), _connector="OR"),
                name="mark_entered_or_replaced",
            ),
        ),
        migrations.AddConstraint(
            model_name="essaysheet",
            constraint=models.UniqueConstraint(fields=("attempt", "item"), name="sheet_once_per_essay"),
        ),
    ]
