"""Calls that wait together share one run; each gets its own outcome, and a failure reaches whom it concerns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from django.db import IntegrityError, OperationalError

from backend.infra.group_commit import GroupCall, QueueFull


class Work:
    """Doubles numbers; remembers what it was asked together, and fails where told to."""

    def __init__(self, *, poison: int | None = None, outage: bool = False) -> None:
        self.batches: list[list[int]] = []
        self._poison = poison
        self._outage = outage

    def __call__(self, ones: Sequence[int]) -> list[int]:
        self.batches.append(list(ones))
        if self._outage:
            raise OperationalError("the server is gone")
        if self._poison in ones:
            raise IntegrityError(f"{self._poison} breaks a constraint")
        return [2 * one for one in ones]


def together(work: Work, scene: Callable[[GroupCall[int, int]], Awaitable[object]], **bounds: int) -> object:
    async def play() -> object:
        group: GroupCall[int, int] = GroupCall(name="test", work=work, **bounds)
        task = asyncio.create_task(group.run())
        try:
            async with asyncio.timeout(20):
                return await scene(group)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return asyncio.run(play())


async def ask_all(group: GroupCall[int, int], ones: Sequence[int]) -> list[object]:
    return list(await asyncio.gather(*(group.call(one) for one in ones), return_exceptions=True))


def test_a_lone_call_is_done_at_once():
    work = Work()

    assert together(work, lambda group: group.call(4)) == 8
    assert work.batches == [[4]]


def test_calls_that_wait_together_share_a_run_up_to_its_bound():
    work = Work()

    assert together(work, lambda group: ask_all(group, range(5)), batch_max=3) == [0, 2, 4, 6, 8]
    assert work.batches == [[0, 1, 2], [3, 4]]


def test_a_call_that_fails_is_told_alone():
    work = Work(poison=2)

    told = together(work, lambda group: ask_all(group, range(4)))

    assert isinstance(told, list)
    assert [str(one) for one in told] == ["0", "2", "2 breaks a constraint", "6"]


def test_an_outage_is_told_to_everybody_and_not_tried_again_for_each():
    work = Work(outage=True)

    told = together(work, lambda group: ask_all(group, range(4)))

    assert isinstance(told, list)
    assert [type(one) for one in told] == [OperationalError] * 4
    assert work.batches == [[0, 1, 2, 3]]


def test_over_the_bound_nothing_is_queued():
    async def scene(group: GroupCall[int, int]) -> object:
        waiting = [asyncio.ensure_future(group.call(one)) for one in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await group.call(2)
        return await asyncio.gather(*waiting)

    assert together(Work(), scene, capacity=2) == [0, 2]


def test_what_still_waits_at_the_end_is_told_so():
    async def scene(group: GroupCall[int, int]) -> object:
        assert await group.drained(5)
        return await group.call(1)

    assert together(Work(), scene) == 2
