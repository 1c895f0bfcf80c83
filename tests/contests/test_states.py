"""States move along their tables, and the tables stand drawn in the READMEs."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.attempts import states as attempts
from backend.attempts.enums import AttemptState
from backend.contests import states as contests
from backend.contests.enums import ContestState, RoundState
from backend.contests.models import Round
from backend.contests.queries import contest_state, round_state
from backend.core.diagrams import mermaid
from backend.questions.enums import VersionState
from backend.questions.states import NEXT as VERSION_NEXT
from backend.questions.states import Move as VersionMove
from backend.results import states as regrades
from backend.results.enums import RegradeState
from tests.factories import NOON

BACKEND = Path(__file__).parents[2] / "backend"


@pytest.mark.parametrize(
    ("app", "drawn"),
    [
        ("contests", mermaid(contests.ROUND_NEXT, first=RoundState.UPCOMING)),
        ("contests", mermaid(contests.CONTEST_NEXT, first=ContestState.UPCOMING)),
        ("attempts", mermaid(attempts.NEXT, first=AttemptState.OPEN)),
        ("results", mermaid(regrades.NEXT, first=RegradeState.DRAFT)),
    ],
    ids=["round", "contest", "attempt", "regrade"],
)
def test_the_readme_shows_the_table_as_it_is(app: str, drawn: str) -> None:
    assert f"```mermaid\n{drawn}\n```" in (BACKEND / app / "README.md").read_text(encoding="utf-8")


def test_the_readme_of_questions_shows_their_table_as_it_is() -> None:
    rows = [
        [state.value, *(VERSION_NEXT.get((state, move), "") for move in VersionMove)]
        for state in VersionState
        if any(start is state for start, _ in VERSION_NEXT)
    ]
    shown = (BACKEND / "questions" / "README.md").read_text(encoding="utf-8")

    assert rows == [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in shown.splitlines()
        if line.startswith(tuple(f"| {row[0]} |" for row in rows))
    ]


def test_no_table_of_states_stands_undrawn() -> None:
    """A new app with a life of its own fails here until its table is drawn above."""
    assert {path.parent.name for path in BACKEND.glob("*/states.py")} == {
        "attempts",
        "contests",
        "questions",
        "results",
    }


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=4))
def test_the_clock_moves_rounds_and_contests_along_their_tables_only(spans: list[tuple[int, int]]) -> None:
    rounds = [
        Round(number=number, opens_at=NOON + timedelta(hours=at), closes_at=NOON + timedelta(hours=at + length))
        for number, (at, length) in enumerate(spans, start=1)
    ]
    hours = [NOON + timedelta(hours=hour) for hour in range(-1, 13)]

    for one in rounds:
        _check(
            [round_state(one, now=now) for now in hours], contests.ROUND_NEXT, [RoundState.UPCOMING, RoundState.CLOSED]
        )
    _check(
        [contest_state(rounds, now=now) for now in hours],
        contests.CONTEST_NEXT,
        [ContestState.UPCOMING, ContestState.CLOSED],
    )


def _check(seen: list, moves: dict, ends: list) -> None:
    steps = {(start, end) for start, end in pairwise(seen) if start is not end}

    assert steps <= {(start, end) for (start, _), end in moves.items()}
    assert [seen[0], seen[-1]] == ends


def test_a_move_that_starts_from_several_states_has_no_single_step(monkeypatch: pytest.MonkeyPatch) -> None:
    assert attempts.step(attempts.Move.SUBMIT) == (AttemptState.OPEN, AttemptState.SUBMITTED)

    monkeypatch.setitem(attempts.NEXT, (AttemptState.EXPIRED, attempts.Move.SUBMIT), AttemptState.SUBMITTED)
    with pytest.raises(ValueError, match="several"):
        attempts.step(attempts.Move.SUBMIT)
