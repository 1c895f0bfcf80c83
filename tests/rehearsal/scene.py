"""A small contest that was played and stored without a fault; tests break one thing of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from backend.rehearsal.checks.counts import count_true
from backend.rehearsal.checks.standings import counted_results
from backend.rehearsal.history import AttemptHistory
from backend.rehearsal.rows import AttemptRow, CountRow, ResultRow, Snapshot, StandingRow

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
HANOI_WARD, OTHER_WARD, SCHOOL = 10, 11, 20
KEYS = {101: frozenset({1}), 102: frozenset({2})}
PAPER = [[101, [2, 1, 3, 4]], [102, [1, 2, 3, 4]]]  # right: position 2, then position 2


@dataclass(frozen=True, slots=True)
class Scene:
    """What the citizens saw, and what the database holds."""

    histories: list[AttemptHistory]
    snapshot: Snapshot


def make_scene() -> Scene:
    """Three people: one all correct, one half, one twice (worse, then all correct in the next hour)."""
    scene = Scene([], Snapshot(key_version=1, ranking=("correct", "prediction", "earliest"), keys=dict(KEYS)))
    _sit(scene, attempt_id=1, person_id=1, choices=((2,), (2,)), after_min=5, ward=HANOI_WARD, workplace=SCHOOL)
    _sit(scene, attempt_id=2, person_id=2, choices=((2,), (4,)), after_min=6, ward=HANOI_WARD)
    _sit(scene, attempt_id=3, person_id=3, choices=((1,), (2,)), after_min=50, ward=OTHER_WARD)
    _sit(scene, attempt_id=4, person_id=3, choices=((2,), (2,)), after_min=70, ward=OTHER_WARD)
    snapshot = scene.snapshot
    snapshot.standings = [
        StandingRow(*(getattr(result, name) for name in StandingRow._fields))
        for result in counted_results(snapshot.results, rule=snapshot.counts_rule).values()
    ]
    snapshot.counts = [CountRow(*cell, *counts) for cell, counts in count_true(snapshot).items()]
    return scene


def _sit(
    scene: Scene,
    *,
    attempt_id: int,
    person_id: int,
    choices: tuple[tuple[int, ...], ...],
    after_min: int,
    ward: int,
    workplace: int | None = None,
) -> None:
    submitted_at = NOON + timedelta(minutes=after_min)
    uuid = f"00000000-0000-0000-0000-{attempt_id:012d}"
    correct = sum(choice == (2,) for choice in choices)
    history = AttemptHistory(uuid=uuid, token="", shown_correct_count=correct)
    history.receipts.add(f"receipt {attempt_id}")
    stored = {}
    for item, choice in enumerate(choices, start=1):
        history.sent[item, item] = choice
        history.note_ack(item, item)
        stored[item] = (item, choice)
    scene.histories.append(history)
    scene.snapshot.answers[attempt_id] = stored
    units = (ward, None, workplace)
    scene.snapshot.attempts.append(
        AttemptRow(
            attempt_id, uuid, person_id, 7, "submitted", submitted_at - timedelta(minutes=3),
            submitted_at + timedelta(minutes=12), submitted_at, None, PAPER, *units,
        )
    )  # fmt: skip
    scene.snapshot.results.append(
        ResultRow(
            100 + attempt_id, attempt_id, 1, person_id, 7, correct, 2, correct == 2, 180_000, None, submitted_at, *units
        )
    )
