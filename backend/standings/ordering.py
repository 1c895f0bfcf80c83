"""The rulebook's ranking order as SQL: core.ranking comparison by comparison. A test holds them together."""

from dataclasses import dataclass
from typing import Any

from backend.core.scoring import POINTS_PER_ITEM
from backend.units.models import Unit

# Ascending is better, as in core.ranking.COMPARISONS. Who gave no prediction comes after all who did.
_NO_PREDICTION = 2**62
_ALL_TIED = "(s.correct_count * 0)"
EXPRESSIONS = {
    "correct": "(s.correct_count * -1)",
    "prediction": f"coalesce(abs(s.prediction::bigint - %(actual)s), {_NO_PREDICTION})",
    "score": f"(coalesce(s.points, s.correct_count * {POINTS_PER_ITEM}) * -1)",
    "earliest": "s.submitted_at",
    "start": "(SELECT a.started_at FROM attempts_attempt AS a WHERE a.id = s.attempt_id)",
    "duration": "s.used_ms",
}


@dataclass(frozen=True, slots=True)
class Board:
    """One ranking: of a round, or of one unit within it, under one version of the keys, live or of an edition.

    `actual` is the number that was to be predicted; None while the round is not final, and predictions are ignored.
    """

    round_id: int
    key_version: int
    chain: tuple[str, ...]
    actual: int | None = None
    unit: Unit | None = None
    edition_id: int | None = None

    @property
    def table(self) -> str:
        """Where the lines stand; both tables name the columns alike."""
        return "standings_standing" if self.edition_id is None else "standings_editionline"

    @property
    def keys(self) -> str:
        """The expressions to sort by, best first, without the final tie-break of the listing."""
        return ", ".join(self._expressions)

    @property
    def width(self) -> int:
        """How many expressions `keys` has."""
        return len(self._expressions)

    @property
    def names(self) -> tuple[str, ...]:
        """The comparisons that decide just now, in order. Where the prediction alone ranks, none until it is known."""
        return tuple(name for name in self.chain if name != "prediction" or self.actual is not None)

    @property
    def _expressions(self) -> list[str]:
        return [EXPRESSIONS[name] for name in self.names] or [_ALL_TIED]

    @property
    def where(self) -> str:
        """The condition that selects the lines of this board."""
        within = "s.round_id = %(round)s AND s.key_version = %(key_version)s"
        if self.edition_id is not None:
            within = "s.edition_id = %(edition)s"
        if self.unit is None:
            return within
        column = f"s.{self.unit.facet}_id"
        if self.unit.numchild:
            return f"{within} AND {column} IN (SELECT id FROM units_unit WHERE starts_with(path, %(path)s))"  # noqa: S608
        return f"{within} AND {column} = %(unit)s"

    @property
    def params(self) -> dict[str, Any]:
        """The values that `keys` and `where` refer to."""
        return {
            "round": self.round_id,
            "key_version": self.key_version,
            "edition": self.edition_id,
            "actual": self.actual,
            "unit": self.unit.pk if self.unit else None,
            "path": str(self.unit.path) if self.unit else "",
        }
