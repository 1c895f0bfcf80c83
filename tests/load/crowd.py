"""People, papers and answers in bulk: set-based SQL that leaves what the product's own path would have left.

Needs a superuser: while the rows are written, foreign keys are not checked one by one.
"""

import json
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from backend.accounts.models import Person
from backend.contests.models import Round
from backend.contests.queries import blueprint_of, candidates_of_round, rulebook_of
from backend.questions.queries import get_version_keys
from backend.units.enums import Facet
from backend.units.models import Unit

PAPER_COUNT = 2_000  # different papers; the crowd takes them in turn
STEP = 100_000  # rows of people in one transaction

_PAPERS = """
CREATE TEMP TABLE load_paper (no int PRIMARY KEY, seed bigint, paper jsonb);
CREATE TEMP TABLE load_place (no int, item smallint, key smallint[], options int);
"""
_PEOPLE = """
WITH person AS (
    INSERT INTO accounts_person (password, uuid, email, is_active, is_demo, created_at)
    SELECT '!', gen_random_uuid(), %(key)s || '-' || n || '@load.test', true, true, %(now)s
    FROM generate_series(%(first)s, %(last)s) AS n ORDER BY n
    RETURNING id
), named AS (
    INSERT INTO accounts_profile (person_id, display_name, locale, updated_at)
    SELECT id, 'Nguyễn Văn ' || chr(65 + (id %% 26)::int), 'vi', %(now)s FROM person
), agreed AS (
    INSERT INTO accounts_consent (person_id, kind, version, given_at)
    SELECT id, 'take_part', %(consent)s, %(now)s FROM person
), placed AS (
    INSERT INTO units_membership (person_id, facet, unit_id, changed_at)
    SELECT id, 'territory', (%(wards)s::bigint[])[1 + id %% cardinality(%(wards)s::bigint[])], %(now)s FROM person
)
SELECT min(id), max(id) FROM person
"""
_ATTEMPTS = """
INSERT INTO attempts_attempt (uuid, person_id, contest_id, round_id, number, state, seed, paper, started_at,
                              deadline_at, submitted_at, prediction, receipt, territory_id)
SELECT gen_random_uuid(), p.id, %(contest)s, %(round)s, 1, %(state)s, l.seed, l.paper, %(started_at)s, %(deadline_at)s,
       CASE WHEN %(state)s <> 'open'
            THEN %(started_at)s::timestamptz + make_interval(secs => 300 + hashint8(p.id) %% 250) END,
       CASE WHEN %(state)s <> 'open' THEN 1000 + p.id %% 5000 END,
       CASE WHEN %(state)s <> 'open' THEN 'LOAD-' || p.id ELSE '' END, m.unit_id
FROM accounts_person AS p
JOIN load_paper AS l ON l.no = p.id %% %(papers)s
JOIN units_membership AS m ON m.person_id = p.id AND m.facet = 'territory'
WHERE p.id BETWEEN %(first)s AND %(last)s
ORDER BY p.id
"""
# Three answers in four are right, the rest are whatever the hash says: the same for the same ids.
_ANSWERS = """
INSERT INTO attempts_answer (attempt_id, round_id, item, seq, choice, received_at)
SELECT a.id, a.round_id, l.item, l.item,
       CASE WHEN abs(hashint8(a.id * 31 + l.item)) %% 100 < 75 THEN l.key
            ELSE ARRAY[1 + abs(hashint8(a.id * 37 + l.item)) %% l.options]::smallint[] END,
       a.started_at + make_interval(secs => 10 * l.item)
FROM attempts_attempt AS a JOIN load_place AS l ON l.no = a.person_id %% %(papers)s
WHERE a.round_id = %(round)s AND a.person_id BETWEEN %(first)s AND %(last)s
ORDER BY a.id, l.item
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """People with ids from `first` to `last`, all with consent and ward."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def make_people(key: str, count: int, *, now: datetime) -> Crowd:
    """Make people who may start at once. They have no password and have never signed in."""
    wards = list(
        Unit.objects.filter(facet=Facet.TERRITORY, is_choosable=True, valid_to=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    values = {"key": f"{key}-{now:%H%M%S%f}", "now": now, "consent": settings.CONSENT_VERSION, "wards": wards}
    firsts: list[int] = []
    last = 0
    for start in range(1, count + 1, STEP):
        with transaction.atomic(), connection.cursor() as cursor:
            _skip_checks(cursor)
            cursor.execute(_PEOPLE, {**values, "first": start, "last": min(count, start + STEP - 1)})
            first, last = cursor.fetchone()
        firsts.append(first)
    return Crowd(firsts[0], last)


def seat(
    crowd: Crowd, one: Round, *, started_at: datetime, deadline_at: datetime | None = None, state: str = "open"
) -> None:
    """Give each person one attempt with 20 answers, open or ended, nothing scored yet."""
    duration = rulebook_of(one.contest).duration
    assert duration is not None
    papers = _lay_papers(one)
    values = {
        "contest": one.contest_id,
        "round": one.pk,
        "state": state,
        "started_at": started_at,
        "deadline_at": deadline_at or started_at + duration,
        "papers": papers,
    }
    for first in range(crowd.first, crowd.last + 1, STEP):
        part = {**values, "first": first, "last": min(crowd.last, first + STEP - 1)}
        with transaction.atomic(), connection.cursor() as cursor:
            _skip_checks(cursor)
            cursor.execute(_ATTEMPTS, part)
            cursor.execute(_ANSWERS, part)
    analyze("attempts_attempt", "attempts_answer", "accounts_person", "units_membership")


def analyze(*tables: str) -> None:
    """Let the planner know what autovacuum would have told it within a minute."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _lay_papers(one: Round) -> int:
    """Draw different papers as the product draws them, into tables of this connection; return how many."""
    rng = random.Random(one.pk)  # the same papers every time
    candidates, blueprint = candidates_of_round(one.pk), blueprint_of(one)
    keys = get_version_keys([candidate.version_id for candidate in candidates])
    rules = rulebook_of(one.contest)
    compose, essay_count = rules.paper_rule.compose, rules.essay_count
    papers: list[tuple[int, int, str]] = []
    places: list[tuple[int, int, list[int], int]] = []
    for number in range(PAPER_COUNT):
        seed = rng.getrandbits(62)
        paper = compose(seed, blueprint, candidates, essay_count)
        papers.append((number, seed, json.dumps([[item.version_id, list(item.order)] for item in paper])))
        places += [
            (number, place, _positions(item.order, keys[item.version_id]), len(item.order))
            for place, item in enumerate(paper, start=1)
        ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS load_paper, load_place")
        cursor.execute(_PAPERS)
        with cursor.copy("COPY load_paper FROM STDIN") as copy:
            for line in papers:
                copy.write_row(line)
        with cursor.copy("COPY load_place FROM STDIN") as copy:
            for place in places:
                copy.write_row(place)
        cursor.execute("ANALYZE load_paper")
        cursor.execute("ANALYZE load_place")
    return len(papers)


def _positions(order: Sequence[int], key: frozenset[int]) -> list[int]:
    return [position for position, option in enumerate(order, start=1) if option in key]


def _skip_checks(cursor: object) -> None:
    cursor.execute("SET LOCAL session_replication_role = replica")  # type: ignore[attr-defined]


def sign_in(person_ids: Sequence[int], *, now: datetime) -> list[str]:
    """Give each person a session, as signing in would, and return the keys in order. No password is hashed for it."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    digest = Person(password="!").get_session_auth_hash()  # the crowd has no password, and this is its hash
    signed_in = {BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], HASH_SESSION_KEY: digest}
    keys = [secrets.token_hex(16) for _ in person_ids]
    with connection.cursor() as cursor, cursor.copy("COPY django_session FROM STDIN") as copy:
        for key, person_id in zip(keys, person_ids, strict=True):
            data = store.encode({SESSION_KEY: str(person_id), **signed_in})
            copy.write_row((key, data, now + timedelta(days=1)))
    return keys
