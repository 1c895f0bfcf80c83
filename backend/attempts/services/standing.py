"""What decides whether a person may begin, read for many people with one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localdate

from backend.accounts.enums import ConsentKind
from backend.attempts.enums import AttemptState
from backend.contests.enums import RoundState
from backend.contests.models import Round
from backend.contests.queries import round_state, rulebook_of
from backend.core.rulebook import Rulebook
from backend.core.rules.limits import Begun, Moment, exceeded
from backend.core.rules.people import is_old_enough
from backend.infra.group_commit.reserved import Connection
from backend.units.enums import Facet

# A scalar where EXISTS would say the same: of EXISTS the planner may make a hash table of all consents there are.
_STATEMENT = f"""
SELECT coalesce((SELECT true FROM accounts_consent c
                  WHERE c.person_id = w.person_id AND c.kind = '{ConsentKind.TAKE_PART}' AND c.version = %s
                    AND c.withdrawn_at IS NULL LIMIT 1), false),
       u.territory_id, u.party_id, u.workplace_id,
       CASE WHEN w.asks_age THEN (SELECT p.born_on FROM accounts_profile p WHERE p.person_id = w.person_id) END,
       w.asks_identity
       AND coalesce((SELECT true FROM accounts_identity i WHERE i.person_id = w.person_id LIMIT 1), false),
       ARRAY(SELECT r.role FROM accounts_staffrole r WHERE r.person_id = w.person_id),
       w.asks_team AND EXISTS (SELECT FROM contests_teammember k WHERE k.contest_id = w.contest_id
                                  AND k.person_id = w.person_id AND k.removed_at IS NULL),
       a.has_open, a.rounds, a.started
  FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[], %s::boolean[],
              %s::boolean[]) WITH ORDINALITY AS w (person_id, contest_id, asks_age, asks_identity, asks_team, place)
 CROSS JOIN LATERAL (
       SELECT max(unit_id) FILTER (WHERE facet = '{Facet.TERRITORY}') AS territory_id,
              max(unit_id) FILTER (WHERE facet = '{Facet.PARTY}') AS party_id,
              max(unit_id) FILTER (WHERE facet = '{Facet.WORKPLACE}') AS workplace_id
         FROM units_membership m WHERE m.person_id = w.person_id) u
 CROSS JOIN LATERAL (
       SELECT coalesce(bool_or(t.state = '{AttemptState.OPEN}'), false) AS has_open,
              coalesce(array_agg(t.round_id), '{{}}') AS rounds, coalesce(array_agg(t.started_at), '{{}}') AS started
         FROM attempts_attempt t WHERE t.person_id = w.person_id AND t.contest_id = w.contest_id) a
 ORDER BY w.place
"""  # noqa: S608  # built from constants alone


class Standing(NamedTuple):
    """What is known of a person who asks to begin in a contest. `begun`: every attempt there, of whatever state.

    `born_on` is read where the contest has a minimum age, `has_identity` where it demands one, `is_in_team` where it
    keeps teams out, and nowhere else.
    """

    has_consent: bool
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None
    born_on: date | None
    has_identity: bool
    roles: tuple[str, ...]
    is_in_team: bool
    has_open: bool
    begun: tuple[Begun, ...]


async def read_standings(connection: Connection, asked: Sequence[tuple[int, Round]]) -> list[Standing]:
    """Read by person id and the round they ask for, in order."""
    cursor = await connection.execute(
        _STATEMENT,
        [
            settings.CONSENT_VERSION,
            [person_id for person_id, _ in asked],
            [one.contest_id for _, one in asked],
            [rulebook_of(one.contest).minimum_age is not None for _, one in asked],
            [rulebook_of(one.contest).demands_identity for _, one in asked],
            [bool(rulebook_of(one.contest).excluded) for _, one in asked],
        ],
    )
    return [
        Standing._make((*known, tuple(roles), is_in_team, has_open, tuple(map(Begun, rounds, began))))
        for *known, roles, is_in_team, has_open, rounds, began in await cursor.fetchall()
    ]


def plain_number(standing: Standing, one: Round, *, now: datetime) -> int | None:
    """Return the number of the attempt that the person may begin, or None where anything speaks against it.

    None is no refusal: `start_attempt` answers it, with the attempt that is open or with the reason.
    """
    rules = rulebook_of(one.contest)
    is_fit = (
        round_state(one, now=now) is RoundState.OPEN
        and standing.has_consent
        and standing.territory_id is not None
        and not standing.has_open
        and rules.excluded_roles.isdisjoint(standing.roles)
        and not standing.is_in_team
        and _is_old_enough(standing, rules, now)
        and (standing.has_identity or not rules.demands_identity)
    )
    if not is_fit or exceeded(rules.limits, standing.begun, Moment(one.pk, now, ZoneInfo(settings.TIME_ZONE))):
        return None
    return 1 + sum(begun.round_id == one.pk for begun in standing.begun)


def _is_old_enough(standing: Standing, rules: Rulebook, now: datetime) -> bool:
    if rules.minimum_age is None:
        return True
    born_on, today = standing.born_on, localdate(now)
    return born_on is not None and is_old_enough(born_on=born_on, on=today, minimum_age=rules.minimum_age)
