"""What a person types: unknown names are answered with the list, and nothing is started for them."""

from tests.faults.__main__ import main
from tests.faults.catalogue import FAULTS


def test_unknown_names_are_answered_with_the_list(capsys):
    assert main(["F1", "F99"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip() == f"unknown: F99; known: {', '.join(FAULTS)}, mutations"


def test_every_fault_says_what_is_done():
    said = {name: fault.what for name, fault in FAULTS.items()}

    assert [name for name, what in said.items() if len(what) < 30] == []
    assert len(set(said.values())) == len(said)
