"""Who arrives: session, person and standing, read for all who press at once."""

from collections.abc import Sequence
from typing import NamedTuple

from backend.attempts.services.standing import Standing, read_standings
from backend.contests.models import Round
from backend.infra.group_commit import GroupRead
from backend.infra.group_commit.reserved import Connection
from backend.infra.sockets.sessions import SignedIn, load_sessions

# Nobody notices, and at a thousand presses a second each statement reads ten people instead of three.
GATHER_S = 0.01


class Knock(NamedTuple):
    """What a request says of itself."""

    session_key: str
    round: Round


class Arrival(NamedTuple):
    """Who that is, and where they stand in the round's contest."""

    signed_in: SignedIn
    standing: Standing


def make_arrival_reader() -> "GroupRead[Knock, Arrival | None]":
    """Return a reader from requests to people; the caller runs it."""
    return GroupRead(name="arrivals", load=load_arrivals, gather_s=GATHER_S)


async def load_arrivals(connection: Connection, knocks: Sequence[Knock]) -> list[Arrival | None]:
    """Read people by their sessions, in order; None where nobody is signed in."""
    people = await load_sessions(connection, [one.session_key for one in knocks])
    known = [(who.person_id, knock.round) for who, knock in zip(people, knocks, strict=True) if who is not None]
    standings = iter(await read_standings(connection, known))
    return [None if who is None else Arrival(who, next(standings)) for who in people]
