"""Every refusal of the catalogue has a status, two sentences, and a stable code."""

import importlib
import pkgutil
import re

import backend
from backend.config.errors import STATUSES
from backend.core.errors import catalogue


def test_every_code_has_exactly_one_status_and_two_sentences() -> None:
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if module.name.endswith((".errors", ".parsers")):
            importlib.import_module(module.name)

    known = {code: error for code, error in catalogue().items() if error.__module__.startswith("backend.")}

    assert set(known) == set(STATUSES)
    assert [code for code in known if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []
    assert [code for code, error in known.items() if not (error.vi.endswith(".") and error.en.endswith("."))] == []
