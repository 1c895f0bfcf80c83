"""The list of the README against the tests: a number that it claims stands in the name of a test."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
# What concerns sockets and attempts; the later ones may be proven by tests that the README names.
ATTEMPTS_END = 45


def claimed() -> set[int]:
    rows = re.findall(r"^\| ([\d ]+) ", (Path(__file__).parent / "README.md").read_text(encoding="utf-8"), re.M)
    return {int(number) for row in rows for number in row.split() if int(number) <= ATTEMPTS_END}


def proven() -> set[int]:
    names = [
        name
        for path in TESTS.rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def test_((?:\d\d_)+)", path.read_text(encoding="utf-8"), re.M)
    ]
    return {int(number) for name in names for number in name.strip("_").split("_")}


def test_every_number_of_sockets_and_attempts_is_in_the_name_of_a_test() -> None:
    assert claimed() == set(range(1, ATTEMPTS_END + 1)) - {12, 17, 27, 31, 34, 44}  # the list has gaps of its own
    assert claimed() - proven() == set()
