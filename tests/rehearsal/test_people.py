"""Citizens behave the same for the same seed, and keep their journal as the phone does."""

import random
from pathlib import Path

import pytest

from backend.rehearsal.journal import Answer, Journal
from backend.rehearsal.knowledge import read_bank, recall
from backend.rehearsal.options import read_options
from backend.rehearsal.plans import THINK_MEDIAN_S, choose, make_plan, make_steps, write


def test_the_same_seed_makes_the_same_person() -> None:
    one, other = (make_plan(7, seed=3, arrival_s=600, again=0.5) for _ in range(2))

    assert one == other
    assert one != make_plan(7, seed=4, arrival_s=600, again=0.5)


def test_every_item_is_answered_at_a_human_pace() -> None:
    plans = [make_plan(index, seed=1, arrival_s=0, again=0) for index in range(200)]
    sittings = [list(make_steps(plan, 20, rng=random.Random(plan.index))) for plan in plans]

    pauses = [step.pause_s for steps in sittings for step in steps]
    assert all({step.item for step in steps} == set(range(1, 21)) for steps in sittings)
    assert THINK_MEDIAN_S < sum(pauses) / len(pauses) < 22


def test_words_fit_their_place_and_one_frame_and_travel_in_the_place_of_a_choice() -> None:
    rng = random.Random(1)
    journal = Journal()
    short, essays = write("short_text", rng=rng), [write("essay", rng=rng) for _ in range(50)]
    written, pressed = journal.give(2, short), journal.give(1, (3, 1))

    assert "\n" not in short
    assert (len(short) <= 200, max(map(len, essays)) <= 5_000, max(len(one.encode()) for one in essays) < 7_168) == (
        True,
        True,
        True,
    )
    assert [written.frame(), pressed.frame()] == [
        {"item": 2, "seq": 1, "text": short},
        {"item": 1, "seq": 2, "choice": [1, 3]},
    ]
    assert [written.reply, pressed.reply] == [short, (1, 3)]


def test_who_knows_presses_the_key_and_who_does_not_presses_something_allowed() -> None:
    rng = random.Random(1)

    assert choose((2, 3), 4, False, skill=1.0, rng=rng) == (2, 3)
    assert {len(choose(None, 4, True, skill=1.0, rng=rng)) for _ in range(20)} == {1}
    assert {len(choose((2, 3), 4, False, skill=0.0, rng=rng)) for _ in range(20)} == {2}


def test_only_the_newest_press_of_an_item_waits_and_keeps_its_seq() -> None:
    journal = Journal()
    journal.choose(1, (3,))
    journal.choose(2, (1,))
    journal.choose(1, (4, 2))

    assert journal.to_send() == [Answer(2, 2, (1,)), Answer(1, 3, (2, 4))]


def test_an_ack_of_an_older_press_leaves_the_newer_waiting() -> None:
    journal = Journal()
    journal.choose(1, (3,))
    journal.choose(1, (4,))

    assert (journal.settle(1, 1), journal.settle(1, 2), journal.to_send()) == (None, Answer(1, 2, (4,)), [])


def test_an_answer_of_another_device_settles_and_raises_the_next_seq() -> None:
    journal = Journal()
    journal.choose(1, (3,))
    journal.settle(1, 9)

    assert (journal.to_send(), journal.choose(2, (1,)).seq) == ([], 10)


def test_the_open_bank_teaches_the_key_in_any_order_of_options() -> None:
    known = read_bank()
    stem, texts = next((stem, texts) for stem, texts in known.items() if len(texts) == 1)
    (text,) = texts
    options = [{"option": 1, "text": "không phải"}, {"option": 2, "text": text}]

    assert len(known) >= 120
    assert recall(known, {"stem": stem, "options": options}) == (2,)
    assert recall(known, {"stem": "chưa học", "options": options}) is None
    assert all(known.values())


def test_options_come_from_the_line_and_the_environment() -> None:
    env = {"HOITHI_URL": "http://127.0.0.1:9/", "DATABASE_URL": "postgres://x", "HOITHI_CALLER_DIR": "/there"}

    options = read_options(["--citizens", "5", "--json", "out.json"], env=env)

    assert (options.url, options.database_url, options.json_path, options.speed) == (
        "http://127.0.0.1:9",
        "postgres://x",
        Path("/there/out.json"),
        60.0,
    )
    assert read_options(["--citizens", "5", "--no-database"], env=env).database_url is None


@pytest.mark.parametrize(
    "words",
    [
        ["--citizens", "5", "--url", "https://hoithi.example.vn"],
        ["--citizens", "0"],
        ["--citizens", "5", "--speed", "0"],
        ["--citizens", "5", "--url", "127.0.0.1:8000"],
    ],
)
def test_what_must_not_be_asked_is_refused_with_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        read_options(words, env={"HOITHI_URL": "http://127.0.0.1:9"})

    assert refusal.value.code == 2
    assert "run.py rehearse: error:" in capsys.readouterr().err
