"""`bench ranks`: what it costs to tell a person where they stand among a sixteenth, a quarter and all of the lines.

Some people are seated, scored and told downstream as always. The crowd around them are lines and counts alone, laid
out in bulk. Measured is what a result page asks for, in one process without HTTP: the own rank in the round and in the
ward, while the round is open and once it is final, with the ladder and the places of the board (decision 24) and,
as `counted`, without. `cpu_ms` is the time of the PostgreSQL process that served it, alone: with helpers a read is
sooner done, and costs more.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.load import options as command
from tests.load.options import say, set_up_django
from tests.load.processes import cpu_s

if TYPE_CHECKING:
    from backend.contests.models import Round
    from backend.results.models import Result

READERS = 60  # whose ranks are asked for; spread over the ids, and so over the board
NOBODY = 10**12  # ids of the crowd begin here: they are lines and no people

# Three answers in four are right; handed in within half an hour; predictions as at `crowd.seat`.
_LINES = """
INSERT INTO standings_standing (round_id, key_version, person_id, attempt_id, result_id, correct_count, item_count,
                                used_ms, submitted_at, prediction, territory_id)
SELECT %(round)s, %(key_version)s, %(nobody)s + n, %(nobody)s + n, %(nobody)s + n,
       (SELECT count(*) FROM generate_series(1, 20) AS item WHERE abs(hashint8(n * 31 + item)) %% 100 < 75), 20,
       300000 + abs(hashint8(n * 7)) %% 600000,
       %(since)s::timestamptz + make_interval(secs => (abs(hashint8(n * 3)) %% 1800000) / 1000.0),
       1000 + abs(hashint8(n * 5)) %% 5000, (%(wards)s::bigint[])[1 + n %% cardinality(%(wards)s::bigint[])]
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
_COUNTS = """
INSERT INTO participation_counter (contest_id, round_id, key_version, facet, unit_id, hour,
                                   entries, people, all_correct)
SELECT %(contest)s, round_id, key_version, cell.facet, cell.unit_id, date_trunc('hour', %(since)s::timestamptz, 'UTC')
       - interval '1 year', count(*), count(*), count(*) FILTER (WHERE correct_count = item_count)
FROM standings_standing
CROSS JOIN LATERAL (VALUES ('all', NULL::bigint), ('territory', territory_id)) AS cell (facet, unit_id)
WHERE round_id = %(round)s AND person_id > %(nobody)s GROUP BY 2, 3, 4, 5
"""
STEP = 100_000


def run(arguments: list[str]) -> dict[str, object]:
    """Lay out, measure; return the figures of the largest board, and the growth."""
    parser = command.parser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    set_up_django(options.database_url)
    runs = [_measure_board(size) for size in (options.lines // 16, options.lines // 4, options.lines)]
    names = ("own_rank_p50_ms", "ward_rank_p50_ms", "final_rank_p50_ms")
    growth = {name: {str(one["lines"]): one[name] for one in runs} for name in names}
    growth |= {f"counted_{name}": {str(one["lines"]): one["counted"][name] for one in runs} for name in names}
    return {**runs[-1], "growth": growth}


def _measure_board(lines: int) -> dict[str, Any]:
    from backend.infra import clock
    from tests.load import crowd, stage
    from tests.load.bench.regrade import TABLES, _record

    now = clock.now()
    one = stage.lay_out("thu-hang", now=now)
    say(f"laying out {lines} lines")
    since = now - timedelta(minutes=50)
    people = crowd.make_people("thu-hang", READERS, now=now)
    crowd.seat(people, one, started_at=since, state="submitted")
    _record(one, people)
    _lay_lines(one, lines - READERS, since)
    crowd.analyze(*TABLES)
    figures: dict[str, Any] = {"lines": lines, "people": READERS}
    figures |= _measure_ranks(one)
    return figures


def _lay_lines(one: "Round", count: int, since: datetime) -> None:
    from django.db import connection

    from backend.units.models import Unit

    wards = Unit.objects.filter(facet="territory", is_choosable=True, valid_to=None).order_by("pk")
    values = {
        "contest": one.contest_id,
        "round": one.pk,
        "key_version": one.contest.key_version,
        "nobody": NOBODY,
        "since": since,
        "wards": list(wards.values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        for first in range(1, count + 1, STEP):
            cursor.execute(_LINES, {**values, "first": first, "last": min(count, first + STEP - 1)})
        cursor.execute(_COUNTS, values)


def _measure_ranks(one: "Round") -> dict[str, Any]:
    from django.db import transaction

    from backend.infra import clock
    from backend.results.models import Result
    from backend.standings.models import Ladder
    from backend.standings.services import build_ladders
    from backend.standings.services.places import place_lines

    results = list(Result.objects.filter(round=one).select_related("territory").order_by("pk"))
    with transaction.atomic():
        Ladder.objects.filter(round=one).delete()
        counted = _read_all(one, results)
        transaction.set_rollback(True)
    say("building the ladder, then the places")
    began = time.perf_counter()
    # The worker of the instance may have been first, or be at it.
    while not Ladder.objects.filter(round=one, is_ready=True):
        if not build_ladders(now=clock.now(), from_lines=1):
            time.sleep(0.01)
    ladder_s = time.perf_counter() - began
    began = time.perf_counter()
    while not place_lines(Ladder.objects.get(round=one), one, None):
        pass
    places_s = time.perf_counter() - began
    told = {"ladder_s": round(ladder_s, 2), "places_s": round(places_s, 2), "counted": counted}
    return {**_read_all(one, results), **told}


def _read_all(one: "Round", results: "list[Result]") -> dict[str, Any]:
    from backend.standings.shown import Shown

    figures: dict[str, Any] = {}
    for name, is_final, has_unit in (("own", False, False), ("ward", False, True), ("final", True, False)):
        shown = Shown(None, is_final, one.contest.key_version)
        figures |= _timed(f"{name}_rank", results, _reader(one, shown, has_unit=has_unit))
    return figures


def _reader(one: "Round", shown: Any, *, has_unit: bool) -> "Callable[[Result], object]":
    from backend.infra.reading import one_snapshot
    from backend.standings.boards import _own_rank
    from backend.standings.queries import board_of

    def read(result: "Result") -> object:
        with one_snapshot():
            board = board_of(one, unit=result.territory if has_unit else None, final=shown.is_final)
            return _own_rank(one, result, board, shown)

    return read


def _timed(name: str, results: "list[Result]", read: "Callable[[Result], object]") -> dict[str, float]:
    """Read each once for warmth, then each again with the clock on."""
    from django.db import connection

    from tests.load.stage import percentile

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    for result in results[: READERS // 4]:
        read(result)
    waits: list[float] = []
    began_cpu = cpu_s([pid])
    for result in results:
        began = time.perf_counter()
        read(result)
        waits.append(time.perf_counter() - began)
    return {
        f"{name}_p50_ms": round(percentile(waits, 0.5) * 1000, 2),
        f"{name}_p99_ms": round(percentile(waits, 0.99) * 1000, 2),
        f"{name}_cpu_ms": round((cpu_s([pid]) - began_cpu) / len(results) * 1000, 2),
    }
