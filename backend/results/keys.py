"""The answer keys under each key version: the bank's, overridden by the regrades applied since. For scoring alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from backend.core.rules.points import ALL_OR_NOTHING, Scoring
from backend.core.scoring import KeyedItem
from backend.questions.queries import get_version_keys
from backend.results.enums import ChangeKind, RegradeState
from backend.results.models import RegradeChange


@dataclass(frozen=True, slots=True)
class EffectiveKey:
    """What counts as right for one question version. `bank` is the key of the bank; `kind` says what was changed."""

    bank: frozenset[int]
    accepted: tuple[frozenset[int], ...]
    kind: str | None = None

    @property
    def options(self) -> frozenset[int]:
        """All canonical options that are part of an accepted key."""
        return frozenset().union(*self.accepted)

    def judge(
        self, place: int, order: Sequence[int], choice: Sequence[int] | None, rule: Scoring = ALL_OR_NOTHING
    ) -> tuple[KeyedItem, Sequence[int] | None]:
        """Return the item and the choice to score it by: the accepted key that is worth most, the first of such.

        A dropped question is scored as if its key had been chosen, whatever was.
        """
        if self.kind == ChangeKind.DROP_QUESTION:
            item = KeyedItem(place, tuple(order), self.bank)
            return item, [at for at, option in enumerate(order, start=1) if option in self.bank]
        if len(self.accepted) == 1:
            return KeyedItem(place, tuple(order), self.accepted[0]), choice
        items = [KeyedItem(place, tuple(order), key) for key in self.accepted]
        return max(items, key=lambda item: rule.points(item, choice)), choice


def effective_keys(*, contest_id: int, key_version: int, version_ids: Iterable[int]) -> dict[int, EffectiveKey]:
    """Return what counts as right by question version id. Raises LookupError where an id is unknown.

    A version that is still computed aside has the keys in force, overridden by its own changes.
    """
    keys = {pk: EffectiveKey(key, (key,)) for pk, key in get_version_keys(version_ids).items()}
    own = Q(regrade__target_key_version=key_version)
    earlier = Q(regrade__target_key_version__lt=key_version, regrade__state=RegradeState.APPLIED)
    changes = RegradeChange.objects.filter(own | earlier, regrade__contest_id=contest_id, version_id__in=keys)
    rows = changes.order_by("regrade__target_key_version").values_list("version_id", "kind", "keys")
    for version_id, kind, accepted in rows:
        bank = keys[version_id].bank
        keys[version_id] = EffectiveKey(bank, tuple(frozenset(key) for key in accepted), kind)
    return keys
