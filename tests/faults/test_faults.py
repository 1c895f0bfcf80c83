"""The short form of the faults: the same trials as `run.py faults`, with few clients and little time."""

import ast
import asyncio
import re
from pathlib import Path

import pytest

from backend.launcher.paths import ROOT
from tests.faults.catalogue import FAULTS
from tests.faults.skipping import Skipped
from tests.faults.stand.servers import Stand
from tests.faults.trial import play

CLIENTS = 8
SECONDS = 4.0
SEED = 20_261_125


ON_A_STAND = [name for name, fault in FAULTS.items() if fault.plan and not fault.tested_by]
ALONE = [name for name, fault in FAULTS.items() if fault.alone and not fault.tested_by]


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.parametrize("name", ON_A_STAND)
def test_no_promise_is_broken_by(stand: Stand, name: str):
    plan = FAULTS[name].plan
    assert plan is not None

    report = asyncio.run(play(plan, stand, seed=SEED, clients=CLIENTS, seconds=SECONDS, is_short=True))

    assert report.findings == []
    assert report.figures["acks"] > CLIENTS
    assert report.figures["words"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ALONE)
def test_no_promise_is_broken_alone_by(name: str):
    alone = FAULTS[name].alone
    assert alone is not None

    try:
        findings = alone(True)
    except Skipped as reason:
        pytest.skip(f"{name}: {reason}")

    assert findings == []


def test_what_no_short_form_here_strikes_is_struck_by_a_test_that_is_there():
    """Under the very name that the catalogue gives."""
    elsewhere = [FAULTS[name].tested_by for name in FAULTS if name not in {*ON_A_STAND, *ALONE}]

    assert [node for node in elsewhere if not is_there(node)] == []


def test_the_table_of_the_readme_tells_what_the_catalogue_plays():
    """Each fault has its row; its place in the test run is this file, or the test that the catalogue names."""
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    told = {row[0]: row[3].strip() for row in re.findall(r"^\| (F\d+) \|(.*?)\|(.*?)\|(.*?)\|", text, re.M)}

    assert told == {name: fault.tested_by.partition("::")[0] or "here" for name, fault in FAULTS.items()}


def is_there(node: str) -> bool:
    path, _, name = node.partition("::")
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == name for one in tree.body)
