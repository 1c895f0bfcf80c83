"""A topic's latest state as it travels: of constant size, ordered by epoch and version."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Epoch = str


def epoch(key_version: int, life: str, *, turn: int = 0) -> Epoch:
    """Return the epoch: it changes with the answer keys in force and with every loss of Valkey's data.

    `turn` counts what else made a board another one: a freeze, its end, a publication, a voiding.
    """
    return f"{key_version}.{turn}.{life}"


@dataclass(frozen=True, slots=True)
class Tick:
    """One state of a topic. Within an epoch the higher version is the newer."""

    topic: str
    epoch: Epoch
    version: int
    as_of: datetime
    data: dict[str, Any]

    def encode(self) -> str:
        """Return the frame that sockets are sent, encoded once for all of them."""
        return json.dumps(
            {
                "t": "tick",
                "topic": self.topic,
                "epoch": self.epoch,
                "version": self.version,
                "as_of": self.as_of.isoformat(),
                "data": self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded tick with what is needed to order it."""

    topic: str
    epoch: Epoch
    version: int
    text: str

    @classmethod
    def of(cls, tick: Tick) -> "Frame":
        return cls(tick.topic, tick.epoch, tick.version, tick.encode())

    @classmethod
    def decode(cls, text: str | bytes) -> "Frame":
        """Read a frame that `Tick.encode` wrote. Raises ValueError for anything else."""
        decoded = text.decode() if isinstance(text, bytes) else text
        try:
            body = json.loads(decoded)
            return cls(body["topic"], body["epoch"], body["version"], decoded)
        except (TypeError, KeyError) as error:
            raise ValueError("no tick") from error

    def is_newer_than(self, other: "Frame | None") -> bool:
        """Tell whether this frame may replace the other one."""
        return other is None or self.epoch != other.epoch or self.version > other.version
