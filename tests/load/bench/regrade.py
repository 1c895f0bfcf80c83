"""`bench regrade`: a wrong key in a contest of a million results, scored aside and put in force while readers read.

Attempts and answers are laid out in bulk, their results, lines and counts by the product's own events. Measured is the
product: from "compute" until the instance's worker has scored all aside, and the flip; the second person's thinking is
not counted. Readers ask for boards of the round and of wards, and persons for their own results: each answer must be
wholly what stood under the old keys or wholly what stands under the new ones. Afterwards everything is proved from the
rows.
"""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.load import options as command
from tests.load.options import say, set_up_django

if TYPE_CHECKING:
    from backend.contests.models import Round
    from backend.results.models import Regrade
    from tests.load.crowd import Crowd
    from tests.load.readers import Page

CHUNK = 20_000  # results told in one transaction while the stage is set
WARDS, PERSONS = 6, 30  # how many boards and own results are read
AFTERWARDS_S = 2.0
GIVE_UP_S = 540
TABLES = (
    "results_result",
    "standings_standing",
    "participation_participant",
    "participation_contestparticipant",
    "participation_counter",
)


def run(arguments: list[str]) -> dict[str, object]:
    """Lay out, regrade, apply, prove; return the figures."""
    parser = command.parser()
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--growth", action="store_true", help="first a sixteenth and a quarter of the results")
    options = parser.parse_args(arguments)
    set_up_django(options.database_url)
    sizes = [options.results // 16, options.results // 4] if options.growth else []
    runs = [_regrade_contest(options.url, size) for size in (*sizes, options.results)]
    figures = runs[-1]
    if sizes:
        figures["us_per_result"] = {str(one["results"]): one["us_per_result"] for one in runs}
    return figures


def _regrade_contest(url: str, count: int) -> dict[str, Any]:
    from backend.infra import clock
    from tests.load import crowd, stage
    from tests.load.proof import find_wrong

    now = clock.now()
    one = stage.lay_out("cham-lai", now=now)
    say(f"laying out {count} attempts with 20 answers each")
    people = crowd.make_people("cham-lai", count, now=now)
    crowd.seat(people, one, started_at=now - timedelta(minutes=50), state="submitted")
    say("recording their results, lines and counts")
    _record(one, people)
    say("regrading beside readers")
    figures = asyncio.run(_measure(url, one, people, _propose(one)))
    say("proving results, lines and counts")
    figures["errors"] += len(find_wrong(one))
    return {"results": count, **figures, "us_per_result": round(figures["wall_s"] / count * 1e6, 1)}


def _record(one: "Round", people: "Crowd") -> None:
    """Tell downstream that the attempts have ended, as the sweeper does; then fold what waits."""
    from django.db import transaction

    from backend.attempts.events import AttemptsEnded
    from backend.attempts.models import Attempt
    from backend.infra import events
    from backend.participation.services import drain_all
    from tests.load import crowd

    for first in range(people.first, people.last + 1, CHUNK):
        ids = Attempt.objects.filter(round=one, person_id__gte=first, person_id__lt=first + CHUNK)
        with transaction.atomic():
            events.publish(AttemptsEnded(tuple(ids.order_by("pk").values_list("pk", flat=True))))
    while drain_all().row_count:
        pass
    crowd.analyze(*TABLES)


def _propose(one: "Round") -> "Regrade":
    """Say that the first question of the pool has another right option than the bank believes."""
    from backend.contests.queries import candidates_of_round
    from backend.infra import clock
    from backend.questions.models import QuestionVersion
    from backend.results.enums import ChangeKind
    from backend.results.services import ChangePlan, propose_regrade

    pool = [candidate.version_id for candidate in candidates_of_round(one.pk)]
    version = QuestionVersion.objects.filter(pk__in=pool, kind="single").order_by("pk")[0]
    right = frozenset({1 + version.key[0] % len(version.options)})
    return propose_regrade(
        contest=one.contest,
        changes=[ChangePlan(version, ChangeKind.CORRECT_KEY, (right,))],
        reason="Đáp án của câu này sai",
        author=_organizers()[0],
        now=clock.now(),
    )


def _organizers() -> Any:
    """Return two persons who may decide: the demo's organizers."""
    from backend.accounts.enums import Role
    from backend.accounts.models import Person

    return Person.objects.filter(staff_roles__role=Role.ORGANIZER).order_by("pk")[:2]


async def _measure(url: str, one: "Round", people: "Crowd", regrade: "Regrade") -> dict[str, Any]:
    """Let the worker score aside, have a second person approve, flip, with readers all the while."""
    from backend.rehearsal.http import Http
    from tests.load.readers import Readers
    from tests.load.stage import percentile

    readers = Readers(Http(url), *await asyncio.to_thread(_pages, one, people, regrade))
    old = await readers.truth()
    reading = asyncio.create_task(readers.run())
    figures = await asyncio.to_thread(_regrade, regrade)
    await asyncio.sleep(AFTERWARDS_S)
    readers.stop()
    await reading
    new = await readers.truth()
    await readers.http.close()
    if any(old[page, 1] == new[page, 2] for page, _ in old):
        raise RuntimeError("something that is read did not change: a mix could not be told from it")
    by_version: Counter[int] = Counter()
    for (_, key_version), told in readers.seen.items():
        by_version[key_version] += told.total()
    return {
        **figures,
        "mixed_reads": readers.mixed(old, new),
        "errors": sum(readers.failures.values()),
        "reads_by_key_version": dict(by_version),
        "read_p50_ms": round(percentile(readers.waits, 0.5) * 1000, 1),
        "read_p99_ms": round(percentile(readers.waits, 0.99) * 1000, 1),
    }


def _pages(one: "Round", people: "Crowd", regrade: "Regrade") -> "tuple[list[Page], list[Page]]":
    """Return boards to read, and own results of persons whose papers hold the wrong question."""
    from django.db import close_old_connections

    from backend.attempts.models import Attempt
    from backend.infra import clock
    from backend.units.models import Unit
    from tests.load import crowd
    from tests.load.readers import Page

    version_id = regrade.changes.get().version_id
    early = Attempt.objects.filter(round=one, person_id__lt=people.first + 50 * PERSONS)
    held = list(early.filter(paper__contains=[[version_id]]).order_by("pk")[:PERSONS])
    tokens = crowd.sign_in([attempt.person_id for attempt in held], now=clock.now())
    wards = Unit.objects.filter(pk__in=[attempt.territory_id for attempt in held]).order_by("pk")[:WARDS]
    board = f"/api/rounds/{one.uuid}/standings"
    boards = [Page(board), *(Page(board, unit=str(ward.uuid)) for ward in wards)]
    own = [Page(f"/api/attempts/{one.uuid}/result", token=token) for one, token in zip(held, tokens, strict=True)]
    close_old_connections()
    return boards, own


def _regrade(regrade: "Regrade") -> dict[str, Any]:
    """Ask for the computing, wait for the worker, approve and apply; return how long the machine was at it."""
    from django.db import close_old_connections

    from backend.infra import clock
    from backend.results.enums import RegradeState
    from backend.results.services import apply_regrade, approve_regrade, start_computing

    author, second = _organizers()
    began = time.monotonic()
    start_computing(regrade=regrade, actor=author, now=clock.now())
    while regrade.state != RegradeState.COMPUTED:
        if time.monotonic() - began > GIVE_UP_S:
            raise RuntimeError("the worker did not come to an end with it")
        time.sleep(0.05)
        regrade.refresh_from_db()
    computed_s = time.monotonic() - began
    approve_regrade(regrade=regrade, actor=second, now=clock.now())
    began = time.monotonic()
    apply_regrade(regrade=regrade, actor=author, now=clock.now())
    applied_s = time.monotonic() - began
    close_old_connections()
    return {
        "wall_s": round(computed_s + applied_s, 2),
        "computed_s": round(computed_s, 2),
        "applied_s": round(applied_s, 3),
    }
