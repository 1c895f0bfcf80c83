"""What one web process keeps for the bell: rounds in memory, two reserved connections, the door to the line."""

import asyncio
from weakref import WeakKeyDictionary

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError

from backend.attempts.bell.arrivals import Knock, make_arrival_reader
from backend.attempts.bell.rounds import RoundBook, warm_rounds
from backend.attempts.services.crowd import StartOutcome, StartWrite, write_starts
from backend.attempts.services.entering import waiting_room
from backend.contests.models import Round
from backend.infra import clock
from backend.infra.group_commit import GroupCommit, ReadFailed
from backend.infra.waiting_room import Door

log = structlog.get_logger(__name__)

# A start in the queue is told to come back later than an answer would be: its person looks at a line that moves.
AGE_MAX_S = 4.0
WARM_EVERY_S = 60.0


class LiveBell:
    """One per event loop; its tasks end with the loop."""

    def __init__(self) -> None:
        self.rounds = RoundBook()
        self.arrivals = make_arrival_reader()
        self.starts: GroupCommit[StartWrite, StartOutcome] = GroupCommit(
            name="starts", write=write_starts, age_max_s=AGE_MAX_S
        )
        self.door = Door(waiting_room())
        loops = (self.arrivals.run(), self.starts.run(), self._keep_warm())
        self._tasks = [asyncio.ensure_future(one) for one in loops]

    async def warm(self) -> None:
        """Do once what the first start would wait for: read texts and pools, open the connections."""
        await self.door.warm()
        await self.starts.warm()
        try:
            await sync_to_async(warm_rounds, thread_sensitive=False)(clock.now())
            await self.arrivals.get(Knock("", Round()))
        except (DatabaseError, InterfaceError, ReadFailed) as error:
            # A process that starts during an outage serves as soon as it can; the first start pays.
            log.warning("bell_not_warm", cause=type(error).__name__)

    async def stop(self) -> None:
        """Finish what is under way, then end every task."""
        await self.starts.drained(AGE_MAX_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.door.close()

    async def _keep_warm(self) -> None:
        while True:
            await asyncio.sleep(WARM_EVERY_S)
            await self.warm()


_live: "WeakKeyDictionary[asyncio.AbstractEventLoop, LiveBell]" = WeakKeyDictionary()


def live_bell() -> LiveBell:
    """Return the running loop's bell; its tasks start with the first use."""
    loop = asyncio.get_running_loop()
    found = _live.get(loop)
    if found is None:
        found = _live[loop] = LiveBell()
    return found


async def warm() -> None:
    """Before the process takes its first request."""
    await live_bell().warm()


async def shut_down() -> None:
    """At the end of the process (lifespan.shutdown)."""
    live = _live.pop(asyncio.get_running_loop(), None)
    if live is not None:
        await live.stop()
