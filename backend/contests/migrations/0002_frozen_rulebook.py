"""Keep a frozen rulebook as it was printed, whatever code runs against the table."""

from django.db import migrations

# People took part under the rules whose hash they were shown: no code path may change them under way. The pointer to
# the keys in force moves on.
GUARD = """
CREATE FUNCTION contests_refuse_change_of_frozen_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.rulebook, OLD.rulebook_hash, OLD.frozen_at)
       IS DISTINCT FROM (NEW.rulebook, NEW.rulebook_hash, NEW.frozen_at) THEN
        RAISE EXCEPTION 'the rulebook of contest % was frozen at %', OLD.key, OLD.frozen_at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_rulebook_is_immutable BEFORE UPDATE ON contests_contest
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL)
    EXECUTE FUNCTION contests_refuse_change_of_frozen_rules();
"""
UNGUARD = """
DROP TRIGGER frozen_rulebook_is_immutable ON contests_contest;
DROP FUNCTION contests_refuse_change_of_frozen_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("contests", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
