"""The merge rule under every order of arrival: the highest `seq` of a place wins, nothing is ever undone."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.core.merging import Choice, Verdict, judge, merge

PLACES = st.integers(1, 3)
CHOICES = st.lists(st.integers(1, 4), unique=True, max_size=2).map(lambda c: tuple(sorted(c)))
WORDS_WANTED = 3  # the last place has no options: what is chosen there is written out


class Phones(RuleBasedStateMachine):
    """Two devices write the same paper; the network duplicates, reorders and drops; the server crashes and restarts."""

    def __init__(self) -> None:
        super().__init__()
        self.seq = 0
        self.on_the_way: list[tuple[int, Choice]] = []
        self.sent: dict[int, list[Choice]] = {}
        self.arrived: dict[int, list[Choice]] = {}
        self.acked: dict[int, int] = {}
        self.stored: dict[int, Choice] = {}

    @rule(place=PLACES, choice=CHOICES)
    def answer(self, place: int, choice: tuple[int, ...]) -> None:
        self.seq += 1
        self._send(place, choice)

    @rule(place=PLACES, choice=CHOICES)
    def answer_with_a_seq_the_other_phone_used(self, place: int, choice: tuple[int, ...]) -> None:
        if self.seq:
            self._send(place, choice)

    @rule(data=st.data(), is_duplicated=st.booleans(), is_acked=st.booleans())
    def deliver_any(self, data: st.DataObject, is_duplicated: bool, is_acked: bool) -> None:
        if not self.on_the_way:
            return
        at = data.draw(st.integers(0, len(self.on_the_way) - 1))
        place, incoming = self.on_the_way[at] if is_duplicated else self.on_the_way.pop(at)
        before = self.stored.get(place)
        after = self.stored[place] = merge(before, incoming)
        self.arrived.setdefault(place, []).append(incoming)
        verdict = judge(after, incoming)
        if verdict is Verdict.SAVED:
            assert after == incoming
        elif verdict is Verdict.SUPERSEDED:
            assert after == before
            assert after.seq > incoming.seq
        else:
            assert after == before
            assert (after.seq, after != incoming) == (incoming.seq, True)
        if is_acked and verdict is Verdict.SAVED:
            self.acked[place] = max(self.acked.get(place, 0), incoming.seq)

    @rule(data=st.data())
    def drop_any(self, data: st.DataObject) -> None:
        if self.on_the_way:
            self.on_the_way.pop(data.draw(st.integers(0, len(self.on_the_way) - 1)))

    @invariant()
    def what_was_acknowledged_is_stored_or_superseded(self) -> None:
        assert all(self.stored[place].seq >= seq for place, seq in self.acked.items())

    @invariant()
    def nothing_is_stored_that_was_never_sent(self) -> None:
        assert all(choice in self.sent[place] for place, choice in self.stored.items())

    @invariant()
    def the_first_arrival_of_the_highest_seq_is_stored(self) -> None:
        expected = {
            place: next(one for one in choices if one.seq == max(other.seq for other in choices))
            for place, choices in self.arrived.items()
        }
        assert self.stored == expected

    def _send(self, place: int, choice: tuple[int, ...]) -> None:
        text = " ".join(map(str, choice)) if place == WORDS_WANTED else None
        answer = Choice(self.seq, choice) if text is None else Choice(self.seq, text=text)
        self.sent.setdefault(place, []).append(answer)
        self.on_the_way.append((place, answer))


TestPhones = Phones.TestCase
