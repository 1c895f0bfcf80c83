"""One socket's place in the hub: at most one waiting frame a topic, so that a slow reader gets the newest state."""

import asyncio
import json

from backend.infra.ticks import Epoch, Frame


class Subscriber:
    """Filled by the hub, emptied by the socket. Memory is bounded by the number of its topics."""

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self._epochs: dict[str, Epoch] = {}
        self._waiting: dict[str, Frame] = {}
        self._missed: set[str] = set()
        self._wake = asyncio.Event()

    def seen(self, topic: str, epoch: Epoch, version: int) -> None:
        """Take note of what the client already shows, so that it is told of a change of epoch."""
        self._epochs[topic] = epoch

    def offer(self, frame: Frame) -> None:
        """Let a frame take its topic's place. A new epoch means that something may have been missed."""
        known = self._epochs.get(frame.topic)
        if known is not None and known != frame.epoch:
            self._missed.add(frame.topic)
        self._epochs[frame.topic] = frame.epoch
        self._waiting[frame.topic] = frame
        self._wake.set()

    def reset(self, topic: str) -> None:
        """Tell the client that something was missed and cannot be replayed."""
        self._missed.add(topic)
        self._wake.set()

    def drop(self, topic: str) -> None:
        """Forget a topic the client no longer follows."""
        self.topics.discard(topic)
        self._epochs.pop(topic, None)
        self._waiting.pop(topic, None)
        self._missed.discard(topic)

    async def take(self) -> list[str]:
        """Wait for something to send; return it in order: what was missed comes before what is new."""
        await self._wake.wait()
        self._wake.clear()
        missed, self._missed = self._missed, set()
        waiting, self._waiting = self._waiting, {}
        resets = [json.dumps({"t": "reset", "topic": topic}, separators=(",", ":")) for topic in sorted(missed)]
        return [*resets, *(frame.text for frame in waiting.values())]
