"""What is dear is read seldom, what is cheap always, and what failed is not kept."""

import pytest

from backend.infra.lately import Lately


class Desk:
    def __init__(self, costs: float) -> None:
        self.at, self.costs, self.reads = 0.0, costs, 0
        self.lately: Lately[int] = Lately(times=20, from_s=0.25, most_s=60, clock=lambda: self.at)

    def read(self) -> int:
        self.at += self.costs
        self.reads += 1
        return self.reads

    def ask(self, about: str = "a") -> int:
        return self.lately.get(about, self.read)


@pytest.mark.parametrize(("costs", "kept_s"), [(0.25, 5), (2, 40), (8, 60)])
def test_a_value_is_kept_by_what_it_costs_and_a_minute_at_most(costs: float, kept_s: float) -> None:
    desk = Desk(costs)
    got = [desk.ask(), desk.ask()]
    desk.at += kept_s - 0.25
    got.append(desk.ask())
    desk.at += 0.25
    got.append(desk.ask())

    assert got == [1, 1, 1, 2]


def test_what_costs_little_is_never_kept_and_each_question_has_its_own() -> None:
    cheap, dear = Desk(0.125), Desk(1)

    assert [cheap.ask(), cheap.ask()] == [1, 2]
    assert [dear.ask("a"), dear.ask("b"), dear.ask("a")] == [1, 2, 1]


def test_what_failed_is_asked_again() -> None:
    desk = Desk(1)

    def fail() -> int:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.lately.get("a", fail)

    assert desk.ask() == 1
