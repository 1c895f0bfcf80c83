"""Send an order to a generator process and check afterwards that PostgreSQL has what was acknowledged."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence

from django.db import connection

from tests.load.frames import ITEMS, choice_of
from tests.load.generator import Order, Outcome
from tests.load.seats import Seat


def start(order: Order) -> subprocess.Popen[str]:
    """Start a generator; `finish` reads its outcome."""
    generator = subprocess.Popen(
        [sys.executable, "-m", "tests.load.generator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert generator.stdin is not None
    json.dump(dataclasses.asdict(order), generator.stdin)
    generator.stdin.close()
    return generator


def finish(generator: subprocess.Popen[str]) -> Outcome:
    """Wait for the generator and return what it saw. Raises CalledProcessError where it failed."""
    assert generator.stdout is not None
    text = generator.stdout.read()
    if generator.wait() != 0:
        raise subprocess.CalledProcessError(generator.returncode, generator.args)
    return Outcome(**json.loads(text))


def drive(order: Order) -> Outcome:
    return finish(start(order))


def places(seats: Iterable[Seat]) -> list[list[str]]:
    """Return seats as an order names them."""
    return [[one.path, one.session_key] for one in seats]


def count_lost(seats: Sequence[Seat], outcomes: Sequence[Outcome], *, table: str = "attempts_answer") -> int:
    """Count acknowledged answers that are not stored: missing, older than acknowledged, or another choice.

    A stored `seq` above the acknowledged one was sent too, its acknowledgement lost; one never sent counts as lost.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT attempt_id, item, seq, choice FROM {table} WHERE attempt_id = ANY(%s)",
            [[one.attempt.pk for one in seats]],
        )
        stored = {(attempt_id, item): (seq, list(choice)) for attempt_id, item, seq, choice in cursor.fetchall()}
    lost = 0
    for place, one in enumerate(seats):
        for item in range(1, ITEMS + 1):
            acked = max(outcome.acked[place][item] for outcome in outcomes)
            sent = max(outcome.sent[place] for outcome in outcomes)
            seq, choice = stored.get((one.attempt.pk, item), (0, []))
            is_kept = acked <= seq <= sent and (not seq or choice == [choice_of(seq)])
            lost += not is_kept
    return lost
