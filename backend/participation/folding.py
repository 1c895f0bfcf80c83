"""The SQL that turns facts into counts, used by the drain, by the reads and by the recount alike.

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
