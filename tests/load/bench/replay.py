"""`bench replay`: a contest of a hundred thousand attempts with 20 answers each, through the public interface.

Everybody presses start (HTTP), answers twenty questions on the attempt's socket and submits there; each step waits for
the server's word. People with consent and ward, and their sessions, are made in bulk beforehand: hashing passwords is
not what is measured. The generator shares the two cores with everything else. Afterwards what was played, what is
stored and what is counted are compared.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import uvloop

from tests.load import frames
from tests.load import options as command
from tests.load.options import say, set_up_django
from tests.load.sitting import Road

if TYPE_CHECKING:
    from backend.contests.models import Round

AT_ONCE = 96
TRIES = 5
PREDICTION = 4_000


@dataclass(slots=True)
class Played:
    """What the phones were told: receipts by attempt, answers called saved, and what did not go as it should."""

    receipts: dict[str, str] = field(default_factory=dict)
    answers: int = 0
    problems: Counter[str] = field(default_factory=Counter)


def run(arguments: list[str]) -> dict[str, object]:
    """Play the contest and compare; return the figures."""
    parser = command.parser()
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="people under way at any instant")
    parser.add_argument("--growth", action="store_true", help="first a sixteenth and a quarter of the attempts")
    options = parser.parse_args(arguments)
    set_up_django(options.database_url)
    sizes = [options.attempts // 16, options.attempts // 4] if options.growth else []
    runs = [_replay(options.url, size, options.at_once) for size in (*sizes, options.attempts)]
    figures = runs[-1]
    if sizes:
        figures["ms_per_attempt"] = {str(one["attempts"]): round(6e4 / one["attempts_per_minute"], 3) for one in runs}
    return figures


def _replay(url: str, count: int, at_once: int) -> dict[str, Any]:
    from backend.attempts.models import Answer
    from backend.infra import clock
    from tests.load import crowd, stage
    from tests.load.proof import find_wrong

    now = clock.now()
    one = stage.lay_out("choi-lai", now=now)
    say(f"making {count} people with sessions")
    people = crowd.make_people("choi-lai", count, now=now)
    keys = crowd.sign_in(range(people.first, people.last + 1), now=now)
    crowd.analyze("accounts_person", "units_membership", "accounts_consent", "django_session")
    say(f"playing, {at_once} at once")
    played = Played()
    began = time.monotonic()
    uvloop.run(_play(url, str(one.uuid), keys, at_once, played))
    wall_s = time.monotonic() - began
    say(f"played in {wall_s:.0f} s; proving")
    lost = _count_lost(one, played)
    wrong = find_wrong(one)
    for problem, number in played.problems.most_common(10):
        say(f"WRONG: {number} x {problem}")
    per_minute = count / wall_s * 60
    return {
        "attempts": count,
        "answers": Answer.objects.filter(round=one).count(),
        "lost": lost + max(0, count - len(played.receipts)),
        "counter_mismatch": len(wrong) + _count_counter_mismatch(one, count, now=clock.now()),
        "errors": played.problems.total(),
        "wall_s": round(wall_s, 1),
        "attempts_per_minute": round(per_minute),
        "million_h": round(1e6 / per_minute / 60, 2),
    }


async def _play(url: str, round_uuid: str, keys: list[str], at_once: int, played: Played) -> None:
    road, waiting = Road(url), iter(keys)
    script = frames.Script(ahead=frames.ITEMS)
    answers = [script.frame(seq) for seq in range(1, frames.ITEMS + 1)]
    reports = asyncio.create_task(_report(played, len(keys)))

    async def play_on() -> None:
        for key in waiting:
            await _play_one(road, round_uuid, key, answers, played)

    await asyncio.gather(*(play_on() for _ in range(at_once)))
    reports.cancel()


async def _play_one(road: Road, round_uuid: str, key: str, answers: list[bytes], played: Played) -> None:
    """Play one attempt; where the connection breaks, go on with the same one, as a phone does."""
    uuid = ""
    for _ in range(TRIES):
        try:
            uuid = uuid or await road.start(round_uuid, key)
            sitter = await road.sit(uuid, key)
            await sitter.answer(answers)
            told = await sitter.submit(PREDICTION)
            sitter.hang_up()
        except (ConnectionError, OSError) as error:
            played.problems[str(error)[:160]] += 1
            continue
        if sitter.refused:
            played.problems.update(sitter.refused)
        played.receipts[uuid] = told["receipt"]
        played.answers += len(sitter.acked)
        return


async def _report(played: Played, count: int) -> None:
    while True:
        await asyncio.sleep(15)
        say(f"{len(played.receipts)} of {count}")


def _count_lost(one: "Round", played: Played) -> int:
    """Return how many receipts and answers that people were told of are not stored as they were told."""
    from django.db import connection

    from backend.attempts.models import Attempt

    stored = {
        str(uuid): receipt
        for uuid, receipt in Attempt.objects.filter(round=one, state="submitted").values_list("uuid", "receipt")
    }
    lost = sum(stored.get(uuid) != receipt for uuid, receipt in played.receipts.items())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, seq, choice, count(*) FROM attempts_answer WHERE round_id = %s GROUP BY 1, 2, 3", [one.pk]
        )
        right = sum(
            number
            for item, seq, choice, number in cursor.fetchall()
            if item == frames.item_of(seq) and choice == [frames.choice_of(seq)]
        )
    return lost + max(0, played.answers - right)


def _count_counter_mismatch(one: "Round", count: int, *, now: datetime) -> int:
    """Return by how much the public totals differ from what was played: an entry and a person for each attempt."""
    from backend.participation.queries import totals_for_rounds

    totals = totals_for_rounds([one.pk], now=now)[one.pk]
    return abs(totals.entries - count) + abs(totals.people - count)
