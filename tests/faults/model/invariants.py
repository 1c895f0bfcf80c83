"""I1 to I7 and I12 over the model: recomputed from nothing but attempts, answers and keys. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from backend.core.merging import Choice
from backend.core.ranking import RankingOrder, rank
from backend.core.scoring import KeyedItem, score
from backend.core.timing import GRACE
from tests.faults.model import state
from tests.faults.model.engine import ORDER, Frame
from tests.faults.model.state import Cell, Counts, Store, hour_of, ward_of


def acknowledged_is_stored(store: Store, acked: dict[tuple[int, int], Choice]) -> None:
    """I1: at an equal or higher `seq`; at an equal one with the same choice."""
    for place, choice in acked.items():
        stored = store.answers[place]
        assert stored.seq > choice.seq or stored == choice, (place, stored, choice)


def stored_was_sent(store: Store, sent: Iterable[Frame]) -> None:
    """I2."""
    known = {(frame.attempt, frame.item, frame.seq, frame.choice) for frame in sent}
    assert {(*place, one.seq, one.choice) for place, one in store.answers.items()} <= known


def one_of_each(store: Store) -> None:
    """I3: one open attempt a person, numbers without gaps, one result for each ended attempt and version in force."""
    opened = [attempt.person for attempt in store.attempts if attempt.state == "open"]
    assert len(opened) == len(set(opened))
    for person in range(state.PEOPLE):
        numbers = [attempt.number for attempt in store.attempts if attempt.person == person]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) <= state.ATTEMPTS
    ended = {number for number, attempt in enumerate(store.attempts, start=1) if attempt.state != "open"}
    assert {number for number, version in store.results if version == store.key_version} == ended


def counts_are_exact(store: Store) -> None:
    """I4: counters and what waits equal a recount, under every version."""
    counted = dict(store.counters)
    for cell, counts in store.outbox:
        counted[cell] = counted.get(cell, Counts()).plus(counts)
    assert {c: n for c, n in counted.items() if any(n)} == _recount(store)


def lines_are_best_and_ordered(store: Store) -> None:
    """I5: each person's line is the attempt that counts, and ranks are those of a sort from nothing."""
    for version in {version for _, version in store.results}:
        own: dict[int, list[int]] = {}
        for (number, one), result in store.results.items():
            if one == version:
                own.setdefault(result.person, []).append(number)
        entries = {number: store.results[number, version].entry(number) for n in own.values() for number in n}
        best = {
            person: state.RULES.counting.counted(entries[number] for number in numbers).entry_id
            for person, numbers in own.items()
        }
        assert {person: line for (one, person), line in store.lines.items() if one == version} == best
        placings = rank([entries[number] for number in best.values()], order=RankingOrder(state.RULES.ranking))
        key = {number: (-entries[number].correct_count, entries[number].submitted_at) for number in best.values()}
        assert [p.rank for p in placings] == [1 + sum(key[o] < key[p.entry_id] for o in key) for p in placings]


def times_are_kept(store: Store, received: dict[tuple[int, int, int], datetime], *, swept_at: datetime | None) -> None:
    """I6 and I7: nothing stored came after the grace; nobody was ended early, or left open by a sweep."""
    for (number, item), choice in store.answers.items():
        assert received[number, item, choice.seq] <= store.attempt(number).deadline_at + GRACE
    for attempt in store.attempts:
        if attempt.submitted_at is not None:
            assert attempt.started_at <= attempt.submitted_at <= attempt.deadline_at
            assert attempt.state == "submitted" or attempt.submitted_at == attempt.deadline_at
        elif swept_at is not None:
            assert swept_at <= attempt.deadline_at + GRACE + state.SETTLE


def versions_are_whole(store: Store) -> None:
    """I12: what is computed aside covers each person wholly or not at all, and is worth what its keys say."""
    regrade = store.regrade
    for (number, version), result in store.results.items():
        assert version <= store.key_version or (regrade is not None and version == regrade.target)
        items = [KeyedItem(place, ORDER, key) for place, key in enumerate(store.keys[version], start=1)]
        chosen = {item: one.choice for (owner, item), one in store.answers.items() if owner == number}
        assert result.correct_count == score(items, chosen).correct_count
    if regrade is not None and regrade.state in {"computing", "computed"}:
        in_force = {number for number, version in store.results if version == store.key_version}
        aside = {number for number, version in store.results if version == regrade.target}
        is_all = regrade.state == "computed"
        assert aside == {n for n in in_force if is_all or store.attempt(n).person <= regrade.cursor}


def erased_tell_nothing(store: Store) -> None:
    """Erased is who withdrew long enough ago and is not at a paper, and nobody else; none begins after withdrawing."""
    for number, person in enumerate(store.people):
        own = [attempt for attempt in store.attempts if attempt.person == number]
        if person.withdrawn_at is not None:
            assert all(attempt.started_at <= person.withdrawn_at for attempt in own)
        if person.erased_at is None:
            assert person.ward == ward_of(number)
        else:
            assert person.ward is None
            assert person.withdrawn_at is not None
            assert person.erased_at - person.withdrawn_at >= state.ERASE_AFTER
            assert all(attempt.state != "open" for attempt in own)


def nobody_due_is_left(store: Store, now: datetime) -> None:
    """After an erasure of everybody that was not cut short, whoever is due and not at a paper is erased."""
    for number, person in enumerate(store.people):
        is_due = person.withdrawn_at is not None and now - person.withdrawn_at >= state.ERASE_AFTER
        is_sitting = any(one.person == number and one.state == "open" for one in store.attempts)
        assert not (is_due and person.erased_at is None and not is_sitting)


def nothing_counted_moved(before: Store, after: Store) -> None:
    """An erasure changes the people and not one row of what was sat, scored, ranked or counted."""
    assert replace(after, people=before.people) == before


def _recount(store: Store) -> dict[Cell, Counts]:
    counts: dict[Cell, Counts] = {}
    seen: set[tuple[int, int]] = set()
    correct: set[tuple[int, int]] = set()
    # A person's attempts end in the order of their numbers.
    for (number, version), result in sorted(store.results.items()):
        person = (version, result.person)
        is_right = result.correct_count == state.ITEMS and person not in correct
        cell = Cell(version, ward_of(result.person), hour_of(result.submitted_at))
        added = Counts(1, int(person not in seen), int(is_right))
        counts[cell] = counts.get(cell, Counts()).plus(added)
        seen.add(person)
        if is_right:
            correct.add(person)
        assert store.attempt(number).person == result.person
    return counts
