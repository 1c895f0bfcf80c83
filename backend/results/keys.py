"""The answer keys under each key version: the bank's, overridden by the regrades applied since. For scoring alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from backend.core.rules.points import ALL_OR_NOTHING, Scoring
from backend.core.scoring import Answer, KeyedItem, as_option
from backend.core.written import readings
from backend.questions.queries import get_accepted_texts, get_version_keys
from backend.results.enums import ChangeKind, RegradeState
from backend.results.models import RegradeChange


@dataclass(frozen=True, slots=True)
class EffectiveKey:
    """What counts as right for one question version. `bank` is the key of the bank; `kind` says what was changed.

    A short text has `texts` in the place of sets of options, and their `readings` to compare by. An essay has nothing:
    it is none of the questions that are right or wrong (`is_marked`), and nobody judges it here.
    """

    bank: frozenset[int]
    accepted: tuple[frozenset[int], ...]
    kind: str | None = None
    texts: tuple[str, ...] | None = None
    readings: frozenset[str] = frozenset()

    @property
    def options(self) -> frozenset[int]:
        """All canonical options that are part of an accepted key."""
        return frozenset().union(*self.accepted)

    @property
    def is_marked(self) -> bool:
        """Tell whether people mark it: it has no key, and is outside everything that is counted by keys."""
        return self.texts is None and not self.bank

    @property
    def is_dropped(self) -> bool:
        return self.kind == ChangeKind.DROP_QUESTION

    def changed(self, kind: str, keys: Sequence[Sequence[Any]]) -> "EffectiveKey":
        """Return the key with a change in force. `keys` as `RegradeChange` stores them."""
        if self.texts is not None:
            texts = tuple(str(text) for (text,) in keys)
            return replace(self, kind=kind, texts=texts, readings=readings(texts))
        return replace(self, kind=kind, accepted=tuple(frozenset(key) for key in keys))

    def judge(
        self, place: int, order: Sequence[int], answer: Answer | None, rule: Scoring = ALL_OR_NOTHING
    ) -> tuple[KeyedItem, Sequence[int] | None]:
        """Return the item and the choice to score it by: the accepted key that is worth most, the first of such.

        A written answer is read as an option that is chosen where it is right. A dropped question is scored as if its
        key had been chosen, whatever was.
        """
        if self.texts is not None:
            item, chosen = as_option(place, answer if isinstance(answer, str) else None, self.readings)
            return item, (1,) if self.is_dropped else chosen
        choice = None if isinstance(answer, str) else answer
        if self.is_dropped:
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
    keys = {pk: EffectiveKey(key, (key,) if key else ()) for pk, key in get_version_keys(version_ids).items()}
    # Usual papers have options everywhere, and nothing more is asked for them.
    wordy = [pk for pk, key in keys.items() if not key.bank]
    for pk, texts in (get_accepted_texts(wordy) if wordy else {}).items():
        keys[pk] = EffectiveKey(frozenset(), (), None, texts, readings(texts))
    own = Q(regrade__target_key_version=key_version)
    earlier = Q(regrade__target_key_version__lt=key_version, regrade__state=RegradeState.APPLIED)
    changes = RegradeChange.objects.filter(own | earlier, regrade__contest_id=contest_id, version_id__in=keys)
    rows = changes.order_by("regrade__target_key_version").values_list("version_id", "kind", "keys")
    for version_id, kind, accepted in rows:
        keys[version_id] = keys[version_id].changed(kind, accepted)
    return keys
