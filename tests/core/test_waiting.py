"""The line before a start: in order, at the pace, and nobody keeps a place they do not come back for."""

from hypothesis import given
from hypothesis import strategies as st

from backend.core.waiting import GRANT_MS, RETRY_MAX_MS, SLACK_MS, Ask, Line, Pace, Place, retry_ms

NOON = 1_000_000.0


def ask(line: Line, now_ms: float, *people: int) -> list[Place | None]:
    return line.ask([Ask(one) for one in people], now_ms)


def test_a_quiet_house_lets_everybody_in_up_to_the_burst() -> None:
    line = Line(Pace(per_s=10, burst=3))

    places = ask(line, NOON, 1, 2, 3, 4, 5)

    assert places == [
        None,
        None,
        None,
        Place(0, NOON + 0.003, 500, NOON + 500 + SLACK_MS),
        Place(1, NOON + 0.004, 500, NOON + 500 + SLACK_MS),
    ]


def test_whoever_came_first_comes_in_first_though_another_asks_first() -> None:
    line = Line(Pace(per_s=1, burst=1))
    ask(line, NOON, 1)
    ask(line, NOON + 1, 2)
    ask(line, NOON + 2, 3)

    assert [place and place.ahead for place in ask(line, NOON + 1100, 3, 4)] == [0, 1]
    assert ask(line, NOON + 1200, 2) == [None]


def test_whoever_was_let_in_stays_so_for_a_minute_and_costs_no_second_token() -> None:
    line = Line(Pace(per_s=0.001, burst=1))
    ask(line, NOON, 1)

    assert ask(line, NOON + GRANT_MS - 1, 1, 1, 1) == [None, None, None]
    assert [place and place.ahead for place in ask(line, NOON + GRANT_MS, 1, 2)] == [0, 1]


def test_a_forfeited_place_costs_those_behind_no_token() -> None:
    line = Line(Pace(per_s=1, burst=1))
    ask(line, NOON, 1, 2)
    late = NOON + SLACK_MS + 2000

    assert ask(line, late, 3) == [None]
    assert ask(line, late, 2)[0] is not None


def test_a_ticket_keeps_its_place_in_a_line_that_was_lost() -> None:
    line = Line(Pace(per_s=1, burst=1))
    ask(line, NOON, 1)
    ask(line, NOON + 10, 2)

    places = line.ask([Ask(3, joined_ms=NOON - 5000), Ask(4, joined_ms=NOON + 99_999)], NOON + 20)

    assert [place and place.ahead for place in places] == [0, 2]


def test_a_clock_that_goes_back_gives_no_tokens_and_takes_none() -> None:
    line = Line(Pace(per_s=1000, burst=1))
    ask(line, NOON, 1)

    assert ask(line, NOON - 5000, 2)[0] is not None


def test_people_are_asked_back_when_their_turn_will_have_come() -> None:
    pace = Pace(per_s=100, burst=1)

    assert [retry_ms(ahead, pace) for ahead in (0, 99, 999, 10**6)] == [500, 1000, 10_000, RETRY_MAX_MS]


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 900)), max_size=60), st.integers(1, 20), st.integers(1, 4))
def test_the_pace_holds_and_nobody_overtakes(steps: list[tuple[int, int]], per_s: int, burst: int) -> None:
    """With everybody in time, people come in by the order of their first asking, never faster than the bucket."""
    line, now_ms = Line(Pace(per_s, burst)), NOON
    first_asked: list[int] = []
    let_in: list[int] = []
    for person, later_ms in steps:
        now_ms += later_ms
        if person not in first_asked:
            first_asked.append(person)
        # Everybody who ever asked is still there: nobody's place is forfeited.
        places = ask(line, now_ms, *first_asked)
        let_in += [one for one, place in zip(first_asked, places, strict=True) if place is None and one not in let_in]
        waiting = [place.ahead for place in places if place is not None]
        assert waiting == sorted(waiting)
        assert len(let_in) <= burst + (now_ms - NOON) * per_s / 1000

    assert let_in == first_asked[: len(let_in)]
