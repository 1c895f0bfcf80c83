"""Each part of a rulebook by itself: guesses, limits, counting, showing, prizes, ages, points."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.ranking import Entry, Placing, RankingOrder, rank
from backend.core.rules import counting, predictions, showing
from backend.core.rules.limits import CONTEST, DAY, ROUND, WEEK, Begun, Exceeded, Limit, Moment, exceeded
from backend.core.rules.parts import Part, table
from backend.core.rules.people import is_old_enough
from backend.core.rules.points import ALL_OR_NOTHING, PROPORTIONAL
from backend.core.rules.prizes import Award, Prize, Turnout, award_persons, award_units
from backend.core.rules.registry import COMPARISONS, UNIT_MEASURES
from backend.core.scoring import POINTS_PER_ITEM, KeyedItem

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)


def test_two_parts_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="share a name"):
        table(Part("a", "", ""), Part("a", "", ""))


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0), (" 7172 ", 7172), ("1.512.991", 1_512_991), ("1 512", 1512), ("10000000", 10_000_000)]
)
def test_guesses_of_people_are_read_as_people_write_them(text: str, value: int) -> None:
    assert predictions.ALL_CORRECT_PEOPLE.parse(text) == value


@pytest.mark.parametrize(
    "text", ["", "-1", "1,5", "1.51", "12.3456", "1e3", "٣", "０", "10000001", "9" * 400, "5 %", "ba", "+1", "1_000"]
)
def test_other_guesses_of_people_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole number|no prediction"):
        predictions.PARTICIPANTS.parse(text)


@pytest.mark.parametrize(
    ("text", "steps"),
    [("0", 0), ("12,34567 %", 1_234_567), ("12.3%", 1_230_000), ("100", 10_000_000), ("100,00000", 10_000_000)],
)
def test_shares_are_read_with_five_decimals(text: str, steps: int) -> None:
    assert predictions.ALL_CORRECT_SHARE.parse(text) == steps


@pytest.mark.parametrize("text", ["100,00001", "101", "1,234567", "-0", ",5", "5,", "%", "1 2", "NaN", "٣", "1" * 99])
def test_other_shares_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"percentage|no prediction"):
        predictions.ALL_CORRECT_SHARE.parse(text)


@pytest.mark.parametrize("value", [True, "5", 1.0, -1, 10_000_001, None])
def test_a_value_that_is_no_whole_number_in_range_is_no_guess(value: object) -> None:
    with pytest.raises(ValueError, match="no prediction"):
        predictions.ALL_CORRECT_PEOPLE.check(value)


@given(st.integers(0, 10_000_000))
def test_what_is_written_is_read_again(value: int) -> None:
    for kind in (predictions.ALL_CORRECT_PEOPLE, predictions.ALL_CORRECT_SHARE):
        assert kind.parse(kind.written(value)) == value


def test_actual_numbers_and_distances() -> None:
    share = predictions.ALL_CORRECT_SHARE

    assert predictions.ALL_CORRECT_PEOPLE.actual(10, 4) == 4
    assert predictions.PARTICIPANTS.actual(10, 4) == 10
    assert [share.actual(3, 1), share.actual(3, 2), share.actual(0, 0), share.actual(7, 7)] == [
        3_333_333,
        6_666_667,
        None,
        10_000_000,
    ]
    assert [share.distance(5, 8), share.distance(None, 8), share.distance(5, None)] == [3, None, None]


def _moment(text: str, round_number: int = 2) -> Moment:
    return Moment(round_number, datetime.fromisoformat(text).astimezone(UTC), HANOI)


def _begun(text: str, round_number: int = 2) -> Begun:
    return Begun(round_number, datetime.fromisoformat(text).astimezone(UTC))


def test_a_local_day_turns_at_midnight_in_hanoi() -> None:
    late = _begun("2026-11-18T23:59:59.999999+07:00")

    assert exceeded([Limit(DAY, 1)], [late], _moment("2026-11-18T23:59:59.999999+07:00")) == Exceeded(
        Limit(DAY, 1), datetime(2026, 11, 18, 17, tzinfo=UTC)
    )
    assert exceeded([Limit(DAY, 1)], [late], _moment("2026-11-19T00:00:00+07:00")) is None


def test_a_calendar_week_turns_on_monday_even_across_the_year() -> None:
    sunday = _begun("2027-01-03T23:59:59+07:00")

    assert exceeded([Limit(WEEK, 1)], [sunday], _moment("2026-12-28T00:00:00+07:00")) == Exceeded(
        Limit(WEEK, 1), datetime(2027, 1, 3, 17, tzinfo=UTC)
    )
    assert exceeded([Limit(WEEK, 1)], [sunday], _moment("2027-01-04T00:00:00+07:00")) is None


def test_a_day_in_a_zone_that_changes_its_clocks_ends_at_its_own_midnight() -> None:
    moment = Moment(1, datetime(2026, 11, 1, 12, tzinfo=UTC), ZoneInfo("America/New_York"))

    over = exceeded([Limit(DAY, 1)], [Begun(1, datetime(2026, 11, 1, 5, tzinfo=UTC))], moment)

    assert over is not None
    assert over.next_at == datetime(2026, 11, 2, 5, tzinfo=UTC)


def test_of_several_limits_the_one_that_holds_longest_is_told() -> None:
    begun = [_begun("2026-11-18T08:00:00+07:00"), _begun("2026-11-17T08:00:00+07:00", 1)]
    day, week, here, ever = Limit(DAY, 1), Limit(WEEK, 2), Limit(ROUND, 1), Limit(CONTEST, 2)
    moment = _moment("2026-11-18T09:00:00+07:00")

    def told(*limits: Limit) -> Limit | None:
        over = exceeded(limits, begun, moment)
        return over.limit if over else None

    assert [told(day), told(day, week), told(day, week, here), told(day, ever), told(Limit(ROUND, 2))] == [
        day,
        week,
        here,
        ever,
        None,
    ]


def test_which_of_ones_own_attempts_counts() -> None:
    def entry(number: int, correct: int, minute: int, points: int | None = None) -> Entry:
        return Entry(number, correct, 60_000, NOON + timedelta(minutes=minute), points=points)

    own = [entry(1, 15, 0), entry(2, 18, 9), entry(3, 18, 5), entry(4, 3, 9)]

    assert counting.BEST_THEN_EARLIEST.counted(own).entry_id == 3
    assert counting.LAST.counted(own).entry_id == 4
    assert counting.FIRST.counted(own).entry_id == 1
    assert counting.BEST_THEN_EARLIEST.counted([entry(1, 9, 0, points=10), entry(2, 8, 1, points=11)]).entry_id == 2
    with pytest.raises(ValueError, match="empty"):
        counting.LAST.counted([])


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.none() | st.integers(0, 2)), max_size=8
    ),
    st.permutations(sorted(COMPARISONS)).flatmap(lambda names: st.integers(1, 6).map(lambda size: tuple(names[:size]))),
    st.none() | st.integers(0, 2),
)
def test_any_chain_of_comparisons_ranks_strictly_and_shares_places(
    rows: list[tuple[int, int, int, int | None]], chain: tuple[str, ...], actual: int | None
) -> None:
    entries = [
        Entry(number, correct, used * 1000, NOON + timedelta(seconds=second), guess)
        for number, (correct, used, second, guess) in enumerate(rows)
    ]
    order = RankingOrder(chain, actual)
    by_id = {entry.entry_id: entry for entry in entries}

    for placing in rank(entries, order=order):
        own = order.key(by_id[placing.entry_id])
        assert placing.rank == 1 + sum(order.key(other) < own for other in entries)


def test_chains_named_by_real_contests() -> None:
    slow = Entry(1, 20, 90_000, NOON, 10, started_at=NOON - timedelta(seconds=90))
    fast = Entry(2, 20, 60_000, NOON - timedelta(seconds=30), 90)
    later = Entry(3, 20, 60_000, NOON + timedelta(minutes=5), 10)

    def order(*chain: str, actual: int | None = None) -> list[tuple[int, int]]:
        return [(one.entry_id, one.rank) for one in rank([slow, fast, later], order=RankingOrder(chain, actual))]

    assert order("correct", "prediction", "earliest", actual=10) == [(1, 1), (3, 2), (2, 3)]
    assert order("correct", "duration", "start") == [(2, 1), (3, 2), (1, 3)]
    assert order("score", "duration", "prediction", actual=10) == [(3, 1), (2, 2), (1, 3)]
    assert order("start") == [(1, 1), (2, 1), (3, 3)]


def test_results_and_keys_show_when_their_rule_says_and_never_within_the_grace() -> None:
    closes_at, contest_closes_at = NOON, NOON + timedelta(weeks=1)

    def shown(rule: showing.Showing, now: datetime) -> bool:
        return rule.is_shown(now=now, round_closes_at=closes_at, contest_closes_at=contest_closes_at)

    instants = [closes_at + timedelta(seconds=2), closes_at + timedelta(seconds=3), contest_closes_at + timedelta(1)]
    assert {
        rule.name + str(rule.stage): [shown(rule, now) for now in instants]
        for rule in (
            showing.RESULT_AT_ONCE,
            showing.RESULT_AFTER_ROUND,
            showing.RESULT_AFTER_CONTEST,
            showing.KEYS_NEVER,
        )
    } == {
        "at_once0": [True, True, True],
        "after_round1": [False, True, True],
        "after_contest2": [False, False, True],
        "never3": [False, False, False],
    }


def test_ages_are_full_years_on_the_day() -> None:
    born = date(2008, 2, 29)

    assert [is_old_enough(born_on=born, on=day, minimum_age=14) for day in (date(2022, 2, 28), date(2022, 3, 1))] == [
        False,
        True,
    ]


ITEM = KeyedItem(1, (2, 1, 3, 4), frozenset({1, 2, 4}))


@pytest.mark.parametrize(
    ("choice", "thirds"), [([1, 2, 4], 3), ([1], 1), ([1, 2], 2), ([1, 3], 0), ([3], 0), ([1, 2, 3, 4], 2), ([], 0)]
)
def test_part_marks_are_shares_of_the_key_and_never_negative(choice: list[int], thirds: int) -> None:
    assert PROPORTIONAL.points(ITEM, choice) == POINTS_PER_ITEM * thirds // 3
    assert ALL_OR_NOTHING.points(ITEM, choice) == (POINTS_PER_ITEM if thirds == 3 else 0)


def test_points_add_up_and_absurd_keys_are_refused() -> None:
    assert PROPORTIONAL.total([ITEM, KeyedItem(2, (1, 2), frozenset({1}))], {1: [1], 2: [1]}) == 280 + 840
    with pytest.raises(ValueError, match="key of 0"):
        PROPORTIONAL.points(KeyedItem(1, (1,), frozenset()), [1])
    with pytest.raises(ValueError, match="key of 9"):
        PROPORTIONAL.points(KeyedItem(1, tuple(range(1, 10)), frozenset(range(1, 10))), [1])


def _placings(*ranks: int) -> list[Placing]:
    return [Placing(number, place, ranks.count(place) > 1) for number, place in enumerate(ranks, start=1)]


def test_prizes_go_down_the_ranking_and_a_tie_over_too_few_stays_undecided() -> None:
    prizes = [Prize("Nhất"), Prize("Nhì", 2), Prize("Tập thể", to="unit", by="people", place=1)]

    assert award_persons(prizes, _placings(1, 2, 3, 4)) == [Award("Nhất", ("1",)), Award("Nhì", ("2", "3"))]
    assert award_persons(prizes, _placings(1, 2, 2, 4)) == [Award("Nhất", ("1",)), Award("Nhì", ("2", "3"))]
    assert award_persons(prizes, _placings(1, 1, 3)) == [
        Award("Nhất", (), ("1", "2")),
        Award("Nhì", ("3",), ("1", "2")),
    ]
    assert award_persons(prizes, []) == [Award("Nhất", ()), Award("Nhì", ())]


def _by_definition(prizes: list[Prize], ranks: list[int]) -> list[Award]:
    """A prize falls to those whose tied places all are places of it, and is open to those who reach beyond."""
    awards, first = [], 1
    for prize in prizes:
        places = set(range(first, first + prize.count))
        to, undecided = [], []
        for number, place in enumerate(ranks, start=1):
            taken = set(range(place, place + ranks.count(place)))
            if taken & places:
                (to if taken <= places else undecided).append(str(number))
        awards.append(Award(prize.name, tuple(to), tuple(undecided)))
        first += prize.count
    return awards


@given(
    tied=st.lists(st.integers(1, 5), max_size=6),
    counts=st.lists(st.integers(1, 4), max_size=5),
)
def test_prizes_fall_as_the_definition_says(tied: list[int], counts: list[int]) -> None:
    ranks = [1 + sum(tied[:index]) for index, size in enumerate(tied) for _ in range(size)]
    prizes = [Prize(f"Giải {index}", count) for index, count in enumerate(counts)]

    assert award_persons(prizes, _placings(*ranks)) == _by_definition(prizes, ranks)


def test_units_compete_among_their_own_group_and_nobody_wins_with_nobody() -> None:
    prizes = [
        Prize("Phường", to="unit", by="people", place=1),
        Prize("Cơ quan", to="unit", by="people", place=1, among="workplace"),
        Prize("Đảng bộ", to="unit", by="people", place=1, among="party"),
        Prize("Phường thứ hai", to="unit", by="people", place=2),
    ]
    turnouts = [Turnout("A", 3), Turnout("B", 0, 7), Turnout("C", 9, None, "workplace"), Turnout("D", 0, 5, "party")]

    assert award_units(prizes, turnouts, UNIT_MEASURES) == [
        Award("Phường", ("A",)),
        Award("Cơ quan", ("C",)),
        Award("Đảng bộ", ()),
        Award("Phường thứ hai", ()),
    ]


def test_units_without_a_headcount_have_no_share_and_tied_ones_stay_undecided() -> None:
    prizes = [
        Prize("Đông nhất", to="unit", by="people", place=1),
        Prize("Tỷ lệ cao nhất", to="unit", by="share", place=1),
        Prize("Tỷ lệ nhì", to="unit", by="share", place=2),
    ]
    turnouts = [Turnout("A", 900, None), Turnout("B", 10, 20), Turnout("C", 5, 10), Turnout("D", 0, 0)]

    assert award_units(prizes, turnouts, UNIT_MEASURES) == [
        Award("Đông nhất", ("A",)),
        Award("Tỷ lệ cao nhất", (), ("B", "C")),
        Award("Tỷ lệ nhì", (), ("B", "C")),
    ]
