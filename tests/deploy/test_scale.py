"""The plan for ten million people: its tables are what the simulation says, and the simulation is sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.load.plan.__main__ import PAGE
from tests.load.plan.curve import Peaks, Scenario, Sitting, arrivals, peaks, waits
from tests.load.plan.parts import load_figures, parts, take
from tests.load.plan.tables import fill

SITTING = Sitting(seconds=540, answers=24)


def test_the_page_shows_what_the_simulation_says() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == fill(page, load_figures())


def test_a_changed_figure_changes_the_page() -> None:
    page, figures = PAGE.read_text(encoding="utf-8"), load_figures()
    line = {"bench": "answers", "acks_per_s": figures["answers"]["acks_per_s"] * 3 + 1, "p99_ms": 7, "lost": 0}

    taken = take(figures, line)

    assert taken["answers"] == {"acks_per_s": line["acks_per_s"], "p99_ms": 7, "source": "measured"}
    assert fill(page, taken) != page


def test_a_figure_of_nothing_known_is_refused() -> None:
    with pytest.raises(KeyError):
        take(load_figures(), {"bench": "soak"})


def test_a_bell_puts_its_share_into_the_first_minute() -> None:
    coming = arrivals(Scenario("bell", people=100_000, day_share=0.5, hour_share=0.5, minute_share=0.6))

    assert (len(coming), round(sum(coming)), round(sum(coming[:60]))) == (3600, 25_000, 15_000)


def test_a_crowd_of_known_size_has_known_peaks() -> None:
    started, wait_s = waits([100.0] * 60 + [0.0] * 540, per_s=10)

    assert (started, wait_s) == ([10.0] * 600, 540.0)
    assert peaks(started, SITTING) == Peaks(starts=10, answers=240, ends=10, sitting=5400)


@given(
    coming=st.lists(st.floats(0, 1e6), min_size=1, max_size=50),
    per_s=st.floats(1e4, 1e6),
)
def test_the_gate_loses_nobody_and_never_lets_in_too_many(coming: list[float], per_s: float) -> None:
    started, wait_s = waits(coming, per_s=per_s)

    assert sum(started) == pytest.approx(sum(coming))
    assert max(started) <= per_s
    assert wait_s <= sum(coming) / per_s
    assert all(sum(started[:at]) <= sum(coming[:at]) * (1 + 1e-9) for at in range(1, len(coming) + 1))


def test_twice_the_people_need_at_most_twice_the_machines() -> None:
    most = Peaks(starts=1e4, answers=1e5, ends=1e4, sitting=1_000_000)
    double = Peaks(starts=2e4, answers=2e5, ends=2e4, sitting=2_000_000)

    for part in parts(load_figures()):
        assert part.machines(most, use=0.5) <= part.machines(double, use=0.5) <= 2 * part.machines(most, use=0.5)
