"""The SQL that turns results into facts and facts into counts, for the drain, the reads and the recount alike.

A fact has the columns of `StatEvent`. Folding spreads it over the facets and over round and contest, and sums.
"""

COLUMNS = "contest_id, round_id, key_version, facet, unit_id, hour, entries, people, all_correct"

# The contest's own line carries the contest's distinct people, not the sum over its rounds.
FOLD = """
SELECT s.contest_id, scope.round_id, s.key_version, cell.facet, cell.unit_id, s.hour,
       sum(s.entries) AS entries, sum(scope.people) AS people, sum(scope.all_correct) AS all_correct
FROM {source} AS s
CROSS JOIN LATERAL (VALUES
    ('all', NULL::bigint), ('territory', s.territory_id), ('party', s.party_id), ('workplace', s.workplace_id)
) AS cell (facet, unit_id)
CROSS JOIN LATERAL (VALUES
    (s.round_id, s.people, s.all_correct), (NULL::bigint, s.contest_people, s.contest_all_correct)
) AS scope (round_id, people, all_correct)
GROUP BY 1, 2, 3, 4, 5, 6
"""

# Counters plus what still waits in the outbox: exact at every instant, whether anybody drains or not.
LIVE = f"""
SELECT {COLUMNS} FROM participation_counter
UNION ALL
{FOLD.format(source="participation_statevent")}
"""  # noqa: S608  # built from constants alone


def fold(source: str) -> str:
    """Return the query that folds a relation of facts. `source` is a name from our own queries, never input."""
    return FOLD.format(source=source)


# The facts told anew from nothing but results. A person's results are recorded one after the other, so the lowest id
# is the first.
_FACTS = """
WITH r AS MATERIALIZED (
    SELECT r.*, date_trunc('hour', r.submitted_at, 'UTC') AS hour FROM results_result AS r WHERE {condition}
),
first_in_round AS (SELECT DISTINCT ON (round_id, key_version, person_id) * FROM r
                   ORDER BY round_id, key_version, person_id, id),
first_in_contest AS (SELECT DISTINCT ON (contest_id, key_version, person_id) * FROM r
                     ORDER BY contest_id, key_version, person_id, id),
correct_in_round AS (SELECT DISTINCT ON (round_id, key_version, person_id) * FROM r WHERE is_all_correct
                     ORDER BY round_id, key_version, person_id, id),
correct_in_contest AS (SELECT DISTINCT ON (contest_id, key_version, person_id) * FROM r WHERE is_all_correct
                       ORDER BY contest_id, key_version, person_id, id)
SELECT contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour,
       1 AS entries, 0 AS people, 0 AS all_correct, 0 AS contest_people, 0 AS contest_all_correct FROM r
UNION ALL
SELECT contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour, 0, 1, 0, 0, 0
FROM first_in_round
UNION ALL
SELECT contest_id, round_id, key_version, territory_id, party_id, workplace_id, hour, 0, 0, 0, 1, 0
FROM first_in_contest
UNION ALL
SELECT c.contest_id, c.round_id, c.key_version, f.territory_id, f.party_id, f.workplace_id, c.hour, 0, 0, 1, 0, 0
FROM correct_in_round AS c JOIN first_in_round AS f USING (round_id, key_version, person_id)
UNION ALL
SELECT c.contest_id, c.round_id, c.key_version, f.territory_id, f.party_id, f.workplace_id, c.hour, 0, 0, 0, 0, 1
FROM correct_in_contest AS c JOIN first_in_contest AS f USING (contest_id, key_version, person_id)
"""


def facts(condition: str) -> str:
    """Return the query for the facts of the results `r` that meet a condition of our own, never input."""
    return _FACTS.format(condition=condition)
