"""What decides whether a person may begin, read for many people with one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from backend.accounts.enums import ConsentKind
from backend.attempts.enums import AttemptState
from backend.contests.enums import RoundState
from backend.contests.models import Round
from backend.contests.queries import round_state, rulebook_of
from backend.core.rulebook import Rulebook
from backend.core.rules.limits import Begun, Moment, exceeded
from backend.infra.group_commit.reserved import Connection
from backend.units.enums import Facet

_STATEMENT = f"""
SELECT EXISTS (SELECT FROM accounts_consent c
                WHERE c.person_id = w.person_id AND c.kind = '{ConsentKind.TAKE_PART}' AND c.version = %s
                  AND c.withdrawn_at IS NULL),
       u.territory_id, u.party_id, u.workplace_id,
       ARRAY(SELECT r.role FROM accounts_staffrole r WHERE r.person_id = w.person_id),
       a.has_open, a.rounds, a.started
  FROM unnest(%s::bigint[], %s::bigint[]) WITH ORDINALITY AS w (person_id, contest_id, place)
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
# Rules about a person that the statement above does not look at: contests that use one start one by one.
_UNSEEN_RULES = ("minimum_age",)


class Standing(NamedTuple):
    """What is known of a person who asks to begin in a contest. `begun`: every attempt there, of whatever state."""

    has_consent: bool
    territory_id: int | None
    party_id: int | None
    workplace_id: int | None
    roles: tuple[str, ...]
    has_open: bool
    begun: tuple[Begun, ...]


async def read_standings(connection: Connection, pairs: Sequence[tuple[int, int]]) -> list[Standing]:
    """Read by (person id, contest id), in order."""
    cursor = await connection.execute(
        _STATEMENT, [settings.CONSENT_VERSION, [person for person, _ in pairs], [contest for _, contest in pairs]]
    )
    return [
        Standing(consents, territory, party, workplace, tuple(roles), has_open, tuple(map(Begun, rounds, started)))
        for consents, territory, party, workplace, roles, has_open, rounds, started in await cursor.fetchall()
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
        and not _has_unseen(rules)
    )
    if not is_fit or exceeded(rules.limits, standing.begun, Moment(one.pk, now, ZoneInfo(settings.TIME_ZONE))):
        return None
    return 1 + sum(begun.round_id == one.pk for begun in standing.begun)


def _has_unseen(rules: Rulebook) -> bool:
    return any(getattr(rules, name) is not None for name in _UNSEEN_RULES)
