"""What the clients did and what they were told, in the order it happened: all that the checks believe."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

Choice = tuple[int, ...]


class Kind(StrEnum):
    """`info`: nobody knows whether it was done; it may or may not be there."""

    INVOKE = "invoke"
    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Event(NamedTuple):
    """One line of a history. `at_ns` is of the monotonic clock; `note` tells a refusal's code."""

    kind: Kind
    at_ns: int
    item: int
    seq: int
    choice: Choice = ()
    note: str = ""


@dataclass
class Sitting:
    """One attempt as its client saw it. Instants are seconds of the wall clock, which the server shares."""

    uuid: str
    token: str
    deadline: float
    events: list[Event] = field(default_factory=list)
    missed_on_resume: list[str] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)
    submitted_at: float | None = None
    has_left: bool = False  # submitted while answers may still have been under way
    resumes: int = 0
    ack_count: int = 0

    def note(self, kind: Kind, item: int, seq: int, choice: Choice = (), note: str = "") -> None:
        self.ack_count += kind is Kind.OK
        self.events.append(Event(kind, time.monotonic_ns(), item, seq, choice, note))

    @property
    def sent(self) -> dict[tuple[int, int], Choice]:
        """Return every choice that ever left, by (item, seq)."""
        return {(one.item, one.seq): one.choice for one in self.events if one.kind is Kind.INVOKE}

    @property
    def held(self) -> dict[int, int]:
        """Return, by item, the highest `seq` that the server has called saved."""
        held: dict[int, int] = {}
        for one in self.events:
            if one.kind is Kind.OK:
                held[one.item] = max(one.seq, held.get(one.item, 0))
        return held

    def compare_resume(self, saved: Iterable[dict[str, Any]]) -> None:
        """Hold what the server says it has on a new connection against what it had called saved, and what was sent."""
        self.resumes += 1
        there = {line["item"]: (int(line["seq"]), tuple(line["choice"])) for line in saved}
        sent = self.sent
        for item, seq in self.held.items():
            if there.get(item, (0, ()))[0] < seq:
                self.missed_on_resume.append(f"item {item}: saved at seq {seq}, resumed with {there.get(item)}")
        for item, (seq, choice) in there.items():
            if sent.get((item, seq)) != choice:
                self.missed_on_resume.append(f"item {item}: resumed with {choice} at seq {seq}, which was never sent")


@dataclass
class History:
    """The sittings of one trial, and what went wrong on the way (which is expected: it is a fault test)."""

    sittings: list[Sitting] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def ack_count(self) -> int:
        return sum(sitting.ack_count for sitting in self.sittings)

    def __iter__(self) -> Iterator[Sitting]:
        return iter(self.sittings)

    def write(self, path: Path) -> None:
        """Write the history as JSON lines, in the order of time."""
        lines = sorted((event.at_ns, {"attempt": one.uuid, **event._asdict()}) for one in self for event in one.events)
        path.write_text("".join(json.dumps(line) + "\n" for _, line in lines), encoding="utf-8")
