"""Who the citizens are and how they behave, all from one seed. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from backend.rehearsal.journal import Choice

THINK_MEDIAN_S = 16.0  # with this spread the mean is 20 s a question: 20 of them in under 7 of the 15 minutes
THINK_SIGMA = 0.67
AWAY_S = (1.0, 20.0)  # a lift, a tunnel, another call
HTTP_SHARE = 0.10
DROP_SHARE = 0.35
CHANGE_SHARE = 0.08  # of items that are looked at again
WARD_WORDS = (
    "hoan kiem", "ba dinh", "dong da", "cau giay", "ha dong", "soc son", "dong anh", "gia lam", "long bien", "tay ho",
    "hai ba trung", "hoang mai", "thanh xuan", "me linh", "son tay", "thanh tri", "phuc tho", "quoc oai", "ung hoa",
)  # fmt: skip
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga", "Phúc", "Quân", "Thảo", "Yến")


@dataclass(frozen=True, slots=True)
class Plan:
    """One citizen. `arrives_s` is real time after the start."""

    index: int
    name: str
    ward_words: str
    has_workplace: bool
    arrives_s: float
    skill: float
    is_http: bool
    submits_by_http: bool
    submits_twice: bool
    starts_twice: bool
    sittings: int


def make_plan(index: int, *, seed: int, arrival_s: float, again: float) -> Plan:
    """Return the citizen number `index`, the same for the same seed, who arrives at some time within `arrival_s`."""
    rng = random.Random(f"{seed}:{index}")  # noqa: S311  # a rehearsal that can be repeated
    is_http = rng.random() < HTTP_SHARE
    return Plan(
        index=index,
        name=f"{rng.choice(FAMILY)} {rng.choice(('Văn', 'Thị', 'Minh', 'Thu'))} {rng.choice(GIVEN)}",
        ward_words=rng.choice(WARD_WORDS),
        has_workplace=rng.random() < 0.6,
        arrives_s=rng.uniform(0, arrival_s),
        skill=1.0 if rng.random() < 0.1 else rng.betavariate(6, 2),
        is_http=is_http,
        submits_by_http=is_http or rng.random() < 0.3,
        submits_twice=rng.random() < 0.1,
        starts_twice=rng.random() < 0.1,
        sittings=2 if rng.random() < again else 1,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done at the paper: wait `pause_s`, perhaps lose the connection for `away_s`, then answer `item`.

    Pauses are human seconds: divide by the speed.
    """

    pause_s: float
    item: int
    is_dropped_before: bool
    away_s: float


def make_steps(plan: Plan, items: int, *, rng: random.Random) -> Iterator[Step]:
    """Yield every press of a sitting: each item once, some again; a third lose their connection once or twice."""
    drops = set(rng.sample(range(1, items + 1), min(items, rng.choice((1, 1, 2))))) if rng.random() < DROP_SHARE else ()
    for item in range(1, items + 1):
        yield Step(_think(rng), item, item in drops and not plan.is_http, rng.uniform(*AWAY_S))
        if rng.random() < CHANGE_SHARE:
            yield Step(_think(rng) / 2, rng.randint(1, item), False, 0.0)


def choose(known: Choice | None, option_count: int, is_single: bool, *, skill: float, rng: random.Random) -> Choice:
    """Return the options to press: what the bank taught, or a guess."""
    if known and rng.random() < skill:
        return known
    return tuple(sorted(rng.sample(range(1, option_count + 1), 1 if is_single else min(2, option_count))))


def write(kind: str, *, rng: random.Random) -> str:
    """Return words that nobody takes for a right answer: a line, or an essay that fits one frame of the socket."""
    if kind == "short_text":
        return f"Diễn tập {rng.randint(1, 999)}"
    return "\n\n".join(f"Đoạn {at}: “{rng.choice(GIVEN)}” diễn tập." for at in range(1, rng.randint(3, 60)))


def _think(rng: random.Random) -> float:
    return min(120.0, THINK_MEDIAN_S * rng.lognormvariate(0, THINK_SIGMA))
