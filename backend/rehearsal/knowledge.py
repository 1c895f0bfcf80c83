"""What citizens can learn beforehand: the open question bank, as anybody may read it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from backend.rehearsal.journal import Choice

BANK = Path(__file__).resolve().parents[2] / "question_bank" / "questions"

# Stem -> the texts of the right options. Papers show options in an order of their own.
Knowledge = Mapping[str, frozenset[str]]


def read_bank(folder: Path = BANK) -> Knowledge:
    """Read every question file; an absent folder teaches nothing, and then everybody guesses."""
    known: dict[str, frozenset[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        content = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        for question in content["questions"]:
            if "options" not in question:
                continue  # answered in words: nobody learns those by heart
            known[question["stem"]] = frozenset(str(question["options"][letter]) for letter in question["answer"])
    return known


def recall(knowledge: Knowledge, item: Mapping[str, Any]) -> Choice | None:
    """Return the positions to press on this paper, or None where the question was not learnt."""
    texts = knowledge.get(item["stem"])
    if texts is None:
        return None
    found = tuple(sorted(option["option"] for option in item["options"] if option["text"] in texts))
    return found if len(found) == len(texts) else None
