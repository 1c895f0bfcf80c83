"""Questions that are answered in words. What was approved stays as it is, accepted texts included."""

import django.contrib.postgres.fields
from django.db import migrations, models

_GUARD = """
CREATE OR REPLACE FUNCTION questions_refuse_change_of_approved_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'retired' AND NEW.state <> 'retired'
       OR OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'retired') THEN
        RAISE EXCEPTION 'question version % cannot go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.question_id, OLD.number, OLD.kind, OLD.topic_id, OLD.difficulty, OLD.stem, OLD.options, OLD.key{old},
        OLD.explanation, OLD.valid_as_of, OLD.content_hash)
       IS DISTINCT FROM
       (NEW.question_id, NEW.number, NEW.kind, NEW.topic_id, NEW.difficulty, NEW.stem, NEW.options, NEW.key{new},
        NEW.explanation, NEW.valid_as_of, NEW.content_hash) THEN
        RAISE EXCEPTION 'question version % is % and cannot change', OLD.id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_KINDS = [
    ("single", "Một đáp án"),
    ("multiple", "Nhiều đáp án"),
    ("short_text", "Điền câu trả lời"),
    ("essay", "Tự luận"),
]


class Migration(migrations.Migration):
    dependencies = [("questions", "0002_origin_editors_and_guards")]

    operations = [
        migrations.AddField(
            "questionversion",
            "accepted",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AlterField("questionversion", "kind", models.CharField(choices=_KINDS, max_length=10)),
        migrations.RunSQL(_GUARD.format(old=", OLD.accepted", new=", NEW.accepted"), _GUARD.format(old="", new="")),
    ]
