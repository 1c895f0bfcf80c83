"""The answers of one attempt that still wait for the server, as the phone keeps them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Choice = tuple[int, ...]
# What is given at a place: the options pressed, or words.
Reply = Choice | str


@dataclass(frozen=True, slots=True)
class Answer:
    """One press, or a text where words are wanted. `seq` grows by one over all items of the attempt."""

    item: int
    seq: int
    choice: Choice
    text: str | None = None

    @property
    def reply(self) -> Reply:
        return self.choice if self.text is None else self.text

    def frame(self) -> dict[str, object]:
        """Return what the wire carries."""
        given: dict[str, object] = {"choice": list(self.choice)} if self.text is None else {"text": self.text}
        return {"item": self.item, "seq": self.seq, **given}


@dataclass(slots=True)
class Journal:
    """Of several presses on one item only the newest waits. What is resent keeps its `seq`."""

    top: int = 0
    waiting: dict[int, Answer] = field(default_factory=dict)

    def choose(self, item: int, choice: Iterable[int]) -> Answer:
        """Note a press and return it."""
        return self._note(Answer(item, self.top + 1, tuple(sorted(choice))))

    def write(self, item: int, text: str) -> Answer:
        """Note a text and return it."""
        return self._note(Answer(item, self.top + 1, (), text))

    def give(self, item: int, reply: Reply) -> Answer:
        """Note a press or a text and return it."""
        return self.write(item, reply) if isinstance(reply, str) else self.choose(item, reply)

    def _note(self, answer: Answer) -> Answer:
        self.top = answer.seq
        self.waiting[answer.item] = answer
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
