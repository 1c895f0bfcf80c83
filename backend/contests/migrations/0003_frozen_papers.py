"""Keep what papers are drawn from as it was when the rules were frozen, whatever code runs against the tables."""

from django.db import migrations

# How papers are composed, and from which questions, is part of what people were promised: a frozen contest keeps its
# rounds, their blueprints and their pools. Times and titles of rounds are no part of it. The contest's row is locked
# FOR SHARE: who freezes it waits for a change under way, and a change waits for who freezes it, and then fails.
GUARD = """
CREATE FUNCTION contests_refuse_if_frozen(contest bigint, what text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    SELECT c.key, c.frozen_at INTO found FROM contests_contest c WHERE c.id = contest FOR SHARE;
    IF found.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION '% of contest % was frozen at %', what, found.key, found.frozen_at
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION contests_refuse_change_of_frozen_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM contests_refuse_if_frozen(OLD.contest_id, 'the blueprint of a round');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM contests_refuse_if_frozen(NEW.contest_id, 'the blueprint of a round');
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_contest_keeps_its_rounds BEFORE INSERT OR DELETE ON contests_round
    FOR EACH ROW EXECUTE FUNCTION contests_refuse_change_of_frozen_round();
CREATE TRIGGER frozen_blueprint_is_immutable BEFORE UPDATE ON contests_round
    FOR EACH ROW WHEN ((OLD.contest_id, OLD.blueprint) IS DISTINCT FROM (NEW.contest_id, NEW.blueprint))
    EXECUTE FUNCTION contests_refuse_change_of_frozen_round();

CREATE FUNCTION contests_refuse_change_of_frozen_pool() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM contests_refuse_if_frozen(contest_id, 'the pool of a round') FROM contests_round
            WHERE id = OLD.round_id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    PERFORM contests_refuse_if_frozen(contest_id, 'the pool of a round') FROM contests_round WHERE id = NEW.round_id;
    RETURN NEW;
END $$;
CREATE TRIGGER frozen_pool_is_immutable BEFORE INSERT OR UPDATE OR DELETE ON contests_roundquestion
    FOR EACH ROW EXECUTE FUNCTION contests_refuse_change_of_frozen_pool();
"""
UNGUARD = """
DROP TRIGGER frozen_pool_is_immutable ON contests_roundquestion;
DROP FUNCTION contests_refuse_change_of_frozen_pool();
DROP TRIGGER frozen_blueprint_is_immutable ON contests_round;
DROP TRIGGER frozen_contest_keeps_its_rounds ON contests_round;
DROP FUNCTION contests_refuse_change_of_frozen_round();
DROP FUNCTION contests_refuse_if_frozen(bigint, text);
"""


class Migration(migrations.Migration):
    dependencies = [("contests", "0002_frozen_rulebook")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
