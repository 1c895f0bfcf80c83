"""The answers of one attempt that still wait for the server, as the phone keeps them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Choice = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One press. `seq` grows by one over all items of the attempt."""

    item: int
    seq: int
    choice: Choice

    def frame(self) -> dict[str, object]:
        """Return what the wire carries."""
        return {"item": self.item, "seq": self.seq, "choice": list(self.choice)}


@dataclass(slots=True)
class Journal:
    """Of several presses on one item only the newest waits. What is resent keeps its `seq`."""

    top: int = 0
    waiting: dict[int, Answer] = field(default_factory=dict)

    def choose(self, item: int, choice: Iterable[int]) -> Answer:
        """Note a press and return it."""
        self.top += 1
        answer = Answer(item, self.top, tuple(sorted(choice)))
        self.waiting[item] = answer
        return answer

    def settle(self, item: int, seq: int) -> Answer | None:
        """Stop waiting where the server holds the item at `seq` or a higher one; return what waited."""
        self.top = max(self.top, seq)
        waiting = self.waiting.get(item)
        if waiting is None or waiting.seq > seq:
            return None
        return self.waiting.pop(item)

    def to_send(self) -> list[Answer]:
        """Return what waits, the oldest first."""
        return sorted(self.waiting.values(), key=lambda answer: answer.seq)
