"""How short answers are read, by the vectors that the organizers' editor reads as well."""

import json
from pathlib import Path

import pytest

from backend.core.written import reading

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "readings.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: ascii(vector["text"]))
def test_the_server_reads_as_the_editor_does(vector: dict[str, str]) -> None:
    assert reading(vector["text"]) == vector["reading"] == reading(vector["reading"])
