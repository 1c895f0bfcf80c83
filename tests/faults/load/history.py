"""What the clients did and what they were told, in the order it happened: all that the checks believe."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from backend.rehearsal.journal import Reply

SHOWN = 40
BY_HTTP = "http"


class Kind(StrEnum):
    """`info`: nobody knows whether it was done; it may or may not be there."""

    INVOKE = "invoke"
    OK = "ok"
    FAIL = "fail"
    INFO = "info"


class Event(NamedTuple):
    """One line of a history. `at_ns` is of the monotonic clock; `note` tells a refusal's code.

    `reply` is what was given, options or words: empty where the server names no more than the place.
    """

    kind: Kind
    at_ns: int
    item: int
    seq: int
    reply: Reply = ()
    note: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as it is written down: words as `text`, options as `choice`, as on the wire."""
        values = self._asdict()
        reply = values.pop("reply")
        return {**values, **({"text": reply} if isinstance(reply, str) else {"choice": reply})}


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

    def note(self, kind: Kind, item: int, seq: int, reply: Reply = (), note: str = "") -> None:
        self.ack_count += kind is Kind.OK
        self.events.append(Event(kind, time.monotonic_ns(), item, seq, reply, note))

    @property
    def sent(self) -> dict[tuple[int, int], Reply]:
        """Return every choice and every text that ever left, by (item, seq)."""
        return {(one.item, one.seq): one.reply for one in self.events if one.kind is Kind.INVOKE}

    @property
    def words_saved(self) -> tuple[int, int]:
        """Return how many answers in words the server has called saved, and how many of them by HTTP."""
        sent = self.sent
        words = [one for one in self.events if one.kind is Kind.OK and isinstance(sent.get((one.item, one.seq)), str)]
        return len(words), sum(one.note == BY_HTTP for one in words)

    @property
    def held(self) -> dict[int, int]:
        """Return, by item, the highest `seq` that the server has called saved."""
        held: dict[int, int] = {}
        for one in self.events:
            if one.kind is Kind.OK:
                held[one.item] = max(one.seq, held.get(one.item, 0))
        return held

    def compare_resume(self, saved: Iterable[dict[str, Any]], *, held: Mapping[int, int]) -> None:
        """Hold what the server says it has on a new connection against what was sent, and what it had called saved.

        `held` is from before the connection was asked for: a long text goes by HTTP, and may be called saved meanwhile.
        """
        self.resumes += 1
        there = {line["item"]: (int(line["seq"]), reply_of(line)) for line in saved}
        sent = self.sent
        for item, seq in held.items():
            if there.get(item, (0, ()))[0] < seq:
                shown = f"at seq {there[item][0]}" if item in there else "without it"
                self.missed_on_resume.append(f"item {item}: saved at seq {seq}, resumed {shown}")
        for item, (seq, reply) in there.items():
            if (item, seq) not in sent or sent[item, seq] != reply:
                told = f"resumed with {shown_of(reply)} at seq {seq}, which was never sent"
                self.missed_on_resume.append(f"item {item}: {told}")


def reply_of(line: Mapping[str, Any]) -> Reply:
    """Return what a line of `saved` holds: words where there is a `text`."""
    return str(line["text"]) if "text" in line else tuple(line["choice"])


def shown_of(reply: Reply) -> str:
    """Return it for a finding: words by their beginning and their length, in which invisible ones are seen."""
    return f"{reply[:SHOWN]!a} ({len(reply)} characters)" if isinstance(reply, str) else str(reply)


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
        lines = sorted((event.at_ns, {"attempt": one.uuid, **event.line()}) for one in self for event in one.events)
        path.write_text("".join(json.dumps(line) + "\n" for _, line in lines), encoding="utf-8")
