"""Record answers durably. Socket and HTTP meet here: both wait for the same group commit."""

import asyncio
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from backend.attempts.errors import TryAgain
from backend.attempts.services.statement import AnswerOutcome, AnswerWrite, TextWrite, write_answers
from backend.infra.group_commit import Failure, GroupCommit, QueueFull
from backend.infra.group_commit.committer import RETRY_MS

AnswerCommit = GroupCommit[AnswerWrite | TextWrite, AnswerOutcome]

_commits: "WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[AnswerCommit, asyncio.Task[None]]]" = WeakKeyDictionary()


def answer_commit() -> AnswerCommit:
    """Return the running loop's group commit; its flusher is started with the first use and ends with the loop."""
    loop = asyncio.get_running_loop()
    found = _commits.get(loop)
    if found is None or found[1].done():
        commit = AnswerCommit(name="answers", write=write_answers)
        found = _commits[loop] = (commit, loop.create_task(commit.run(), name="answers flusher"))
    return found[0]


async def record_answers(writes: Sequence[AnswerWrite | TextWrite]) -> list[AnswerOutcome | Failure]:
    """Store answers and return their outcomes, in order, after the commit. Raises TryAgain where the queue is full."""
    commit = answer_commit()
    try:
        return list(await asyncio.gather(*(commit.commit(one) for one in writes)))
    except QueueFull:
        raise TryAgain(retry_after_s=RETRY_MS // 1000) from None


async def stop_recording(*, timeout_s: float) -> bool:
    """Flush what waits and end the running loop's flusher. False: something was left, its sender told to send again."""
    found = _commits.pop(asyncio.get_running_loop(), None)
    if found is None:
        return True
    commit, task = found
    is_empty = await commit.drained(timeout_s)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return is_empty
