"""`bench finish`: ten thousand attempts with one deadline, as at the end of a round.

Half of the people submit in the last second, three in ten never come back, two in ten press up to five seconds late.
Who presses has just changed an answer; one in twenty presses over HTTP, the others on the socket. An attempt nobody
submitted may be ended once nothing that counts can still arrive: at the deadline + the grace of 2 s
(`core.timing.GRACE`) + 3 s for answers in flight (`ending.SETTLE`). From that instant both clocks run: `final_s` until
no attempt of the round is open, `exact_s` until nothing waits to be counted; lines, counters and
results of that state are then proved from the rows.

People, papers and 20 answers each are laid out in bulk beforehand; sessions too, since signing in is not measured.
"""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.load import frames
from tests.load import options as command
from tests.load.options import say, set_up_django
from tests.load.sitting import Road

if TYPE_CHECKING:
    from backend.contests.models import Round

LAST_SECOND, LATE = 0.5, 0.2  # shares of the people; the rest stay silent
BY_HTTP = 0.05
LATE_S = 5.0
OPENINGS_PER_S = 250  # sockets are opened this fast while the machine is quiet
AT_ONCE = 64
NEW_SEQ = 21  # papers have 20 answers laid out, the last is changed before the press
GIVE_UP_S = 120.0
UNSURE_S = 0.5  # pressed so close to the edge, either end is right: the press travels


@dataclass(slots=True)
class Press:
    """One person who presses the button, and what came of it."""

    uuid: str
    session_key: str
    at_s: float  # from the deadline
    over_http: bool
    told: dict[str, Any] = field(default_factory=dict)
    acked: dict[int, int] = field(default_factory=dict)
    pressed_at: float = 0.0
    failed: str = ""


def run(arguments: list[str]) -> dict[str, object]:
    """Lay out, let the deadline come, measure and prove; return the figures."""
    parser = command.parser()
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--growth", action="store_true", help="first a sixteenth and a quarter of the attempts")
    options = parser.parse_args(arguments)
    set_up_django(options.database_url)
    sizes = [options.attempts // 16, options.attempts // 4] if options.growth else []
    runs = [_finish(options.url, size) for size in (*sizes, options.attempts)]
    figures = runs[-1]
    if sizes:
        figures["growth_final_s"] = {str(one["attempts"]): one["final_s"] for one in runs}
        figures["growth_exact_s"] = {str(one["attempts"]): one["exact_s"] for one in runs}
    return figures


def _finish(url: str, count: int) -> dict[str, Any]:
    from backend.attempts.models import Attempt
    from backend.attempts.services.ending import SETTLE
    from backend.core.timing import GRACE
    from backend.infra import clock
    from tests.load import crowd, stage
    from tests.load.proof import find_wrong

    now = clock.now()
    one = stage.lay_out("het-gio", now=now)
    say(f"laying out {count} attempts with 20 answers each")
    people = crowd.make_people("het-gio", count, now=now)
    crowd.seat(people, one, started_at=now, deadline_at=now + timedelta(hours=1))
    rows = list(Attempt.objects.filter(round=one).order_by("pk").values_list("person_id", "uuid"))
    presses = _plan(rows, now)
    # The deadline is set last: laying out takes as long as it takes.
    lead_s = 5 + len(presses) / OPENINGS_PER_S
    deadline_at = clock.now() + timedelta(seconds=lead_s)
    Attempt.objects.filter(round=one).update(deadline_at=deadline_at)
    say(f"{len(presses)} people at their papers, deadline in {lead_s:.0f} s")
    due = (deadline_at + GRACE + SETTLE).timestamp()
    asyncio.run(_play(url, one, presses, deadline_at.timestamp(), due))
    final_s = max(0.0, _Watch.final_at - due)
    while _count_pending():
        time.sleep(0.05)
    # Nothing is written any more: what is proved now stood when the last row was counted.
    exact_s = max(final_s, time.time() - due)
    wrong = len(find_wrong(one))
    lost, errors = _compare(one, presses, deadline_at.timestamp())
    waits = sorted(press.told["at"] - press.pressed_at for press in presses if press.told)
    return {
        "attempts": count,
        "final_s": round(final_s, 2),
        "exact_s": round(exact_s, 2),
        "lost": lost,
        "errors": errors + wrong,
        "submitted": sum(press.told.get("state") == "submitted" for press in presses),
        "submit_p50_ms": round(stage.percentile(waits, 0.5) * 1000),
        "submit_p99_ms": round(stage.percentile(waits, 0.99) * 1000),
    }


class _Watch:
    """When the last attempt of the round had ended, seen from the database."""

    final_at = 0.0


def _plan(rows: list[Any], now: Any) -> list[Press]:
    """Say who presses when: a crowd's habits, the same each time."""
    from tests.load import crowd

    rng = random.Random(15)
    chosen = [(row, rng.random()) for row in rows]
    pressing = [(row, share) for row, share in chosen if share < LAST_SECOND + LATE]
    keys = crowd.sign_in([person_id for (person_id, _), _ in pressing], now=now)
    return [
        Press(
            uuid=str(uuid),
            session_key=key,
            at_s=-rng.random() if share < LAST_SECOND else rng.uniform(0, LATE_S),
            over_http=rng.random() < BY_HTTP,
        )
        for ((_, uuid), share), key in zip(pressing, keys, strict=True)
    ]


async def _play(url: str, one: "Round", presses: list[Press], deadline: float, due: float) -> None:
    road, gate = Road(url), asyncio.Semaphore(AT_ONCE)
    watch = asyncio.create_task(asyncio.to_thread(_watch, one, due))
    await asyncio.gather(*(_press(road, gate, press, deadline) for press in presses))
    await watch


async def _press(road: Road, gate: asyncio.Semaphore, press: Press, deadline: float) -> None:
    try:
        if press.over_http:
            await asyncio.sleep(deadline + press.at_s - time.time())
            press.pressed_at = time.time()
            press.told = await road.submit(press.uuid, press.session_key, 4_000)
            return
        async with gate:
            sitter = await road.sit(press.uuid, press.session_key)
        # Answered while it counts, if only just; the late ones press later.
        await asyncio.sleep(deadline + min(press.at_s, -0.05) - time.time())
        await sitter.answer([frames.masked(frames.answer_text(NEW_SEQ))])
        press.acked = sitter.acked
        await asyncio.sleep(max(0.0, deadline + press.at_s - time.time()))
        press.pressed_at = time.time()
        press.told = await sitter.submit(4_000)
        sitter.hang_up()
    except (ConnectionError, OSError) as error:
        press.failed = str(error)


def _watch(one: "Round", due: float) -> None:
    """Look until no attempt of the round is open."""
    from django.db import close_old_connections

    from backend.attempts.models import Attempt

    time.sleep(max(0.0, due - 0.5 - time.time()))
    while Attempt.objects.filter(round=one, state="open").exists():
        if time.time() > due + GIVE_UP_S:
            raise RuntimeError("attempts stayed open")
        time.sleep(0.02)
    _Watch.final_at = time.time()
    close_old_connections()


def _count_pending() -> int:
    from backend.participation.models import StatEvent

    return StatEvent.objects.count()


def _compare(one: "Round", presses: list[Press], deadline: float) -> tuple[int, int]:
    """Compare what people were told with what is stored; return what is lost and what is otherwise wrong."""
    from django.db.models import Count

    from backend.attempts.models import Answer, Attempt

    stored = {
        str(uuid): (state, receipt)
        for uuid, state, receipt in Attempt.objects.filter(round=one).values_list("uuid", "state", "receipt")
    }
    seqs = {
        str(uuid): seq
        for uuid, seq in Answer.objects.filter(round=one, item=frames.item_of(NEW_SEQ)).values_list(
            "attempt__uuid", "seq"
        )
    }
    lost = Attempt.objects.filter(round=one).annotate(result_count=Count("results")).exclude(result_count=1).count()
    lost += len(stored) * frames.ITEMS - Answer.objects.filter(round=one).count()
    problems: Counter[str] = Counter()
    for press in presses:
        if press.acked and seqs[press.uuid] < max(press.acked.values()):
            lost += 1
        if press.failed or not press.told:
            problems[press.failed or "told nothing"] += 1
        elif stored[press.uuid] != (press.told["state"], press.told["receipt"]):
            lost += 1
        elif press.told["state"] not in _right_ends(press.pressed_at - deadline):
            way = "by HTTP" if press.over_http else "on the socket"
            after_s = press.pressed_at - deadline
            problems[f"{press.told['state']}, pressed {way} {after_s:.1f} s after the deadline"] += 1
    for problem, number in problems.most_common(10):
        say(f"WRONG: {number} x {problem}")
    return lost, problems.total()


def _right_ends(after_s: float) -> set[str]:
    """Return how an attempt may have ended that was submitted so long after its deadline."""
    from backend.core.timing import GRACE

    grace_s = GRACE.total_seconds()
    if after_s < grace_s - UNSURE_S:
        return {"submitted"}
    return {"expired"} if after_s > grace_s else {"submitted", "expired"}
