"""What people are asked to predict: how a guess is read, what the number turns out to be, how far off one is. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeGuard

from backend.core.rules.parts import Part

MOST_PEOPLE = 10_000_000  # more than live in the city
_DIGITS = 20  # no guess is longer: what is longer is refused unread


@dataclass(frozen=True, slots=True)
class Prediction(Part):
    """One kind of prediction. Values are whole steps: people, or with `decimals` = 5 hundred-thousandths of a per cent.

    `vi` and `en` are the question. `actual` takes people and all-correct people of the round and returns steps, None
    where there is nothing to compare with.
    """

    decimals: int
    most: int
    actual: Callable[[int, int], int | None]

    def parse(self, text: str) -> int:
        """Read a guess as people write it: "1.512", "1 512", "12,34567 %". Raises ValueError for anything else."""
        text = text.strip().removesuffix("%").rstrip() if self.decimals else text.strip()
        value = _read_share(text, self.decimals) if self.decimals else _read_count(text)
        return self.check(value)

    def check(self, value: object) -> int:
        """Return the value where it is a possible guess. Raises ValueError."""
        if not self.is_possible(value):
            raise ValueError(f"{value!r} is no prediction of {self.name}")
        return value

    def is_possible(self, value: object) -> TypeGuard[int]:
        """Tell whether it is a whole number from 0 to the most that can be."""
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= self.most

    def written(self, value: int) -> str:
        """Write steps the Vietnamese way: 1512 -> "1.512", 1234567 -> "12,34567 %"."""
        if not self.decimals:
            return f"{value:,}".replace(",", ".")
        whole, part = divmod(value, 10**self.decimals)
        return f"{whole},{part:0{self.decimals}d} %"

    def distance(self, guess: int | None, actual: int | None) -> int | None:
        """Return how many steps the guess is off, None where it was not given or nothing is known yet."""
        return None if guess is None or actual is None else abs(guess - actual)


def _read_count(text: str) -> int:
    if len(text) > _DIGITS or not re.fullmatch(r"[0-9]+|[0-9]{1,3}([. ][0-9]{3})+", text):
        raise ValueError(f"not a whole number: {text[:_DIGITS]!r}")
    return int(re.sub(r"[. ]", "", text))


def _read_share(text: str, decimals: int) -> int:
    found = re.fullmatch(rf"([0-9]{{1,3}})(?:[.,]([0-9]{{1,{decimals}}}))?", text)
    if found is None:
        raise ValueError(f"not a percentage with at most {decimals} decimals: {text[:_DIGITS]!r}")
    return int(found[1] + (found[2] or "").ljust(decimals, "0"))


def _share(people: int, all_correct: int) -> int | None:
    """Round half up, as it is done by hand; nobody took part: there is no share."""
    return None if people == 0 else (2 * all_correct * 10_000_000 + people) // (2 * people)


ALL_CORRECT_PEOPLE = Prediction(
    "all_correct_people",
    "Bao nhiêu người sẽ trả lời đúng hết các câu hỏi?",
    "How many people will answer every question right?",
    0,
    MOST_PEOPLE,
    lambda people, all_correct: all_correct,
)
PARTICIPANTS = Prediction(
    "participants",
    "Bao nhiêu người sẽ dự thi?",
    "How many people will take part?",
    0,
    MOST_PEOPLE,
    lambda people, all_correct: people,
)
ALL_CORRECT_SHARE = Prediction(
    "all_correct_share",
    "Bao nhiêu phần trăm người dự thi sẽ trả lời đúng hết các câu hỏi? (năm chữ số sau dấu phẩy)",
    "What percentage of those who take part will answer every question right? (five decimals)",
    5,
    100 * 10**5,
    _share,
)
