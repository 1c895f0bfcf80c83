"""Show what is being done and for how long: a live line on a terminal, plain lines elsewhere."""

import contextlib
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

HEARTBEAT_S = 10.0  # a log without a terminal still shows that a long step lives
REDRAW_S = 0.2


@dataclass(slots=True)
class Step:
    """One step under way; `note` is what its live line adds."""

    label: str
    started: float = field(default_factory=time.monotonic)
    note: str = ""

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self.started


@dataclass(slots=True)
class Progress:
    """Writes steps to one stream; the tools whose last stdout line is a result give stderr."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    heartbeat_s: float = HEARTBEAT_S

    @contextlib.contextmanager
    def step(self, label: str) -> Iterator[Step]:
        """Announce a step, keep its clock ticking while the body runs, and close it with the seconds it took."""
        step = Step(label)
        done = threading.Event()
        if not self._is_live:
            self.say(f"… {label}")
        ticker = threading.Thread(target=self._tick, args=(step, done), daemon=True)
        ticker.start()
        mark = "✗"
        try:
            yield step
            mark = "✓"
        finally:
            done.set()
            ticker.join()
            self.say(f"{mark} {label}: {step.elapsed_s:.1f} s")

    def say(self, line: str) -> None:
        """Write one whole line, over the live line where there is one."""
        self.stream.write(f"\r\x1b[K{line}\n" if self._is_live else f"{line}\n")
        self.stream.flush()

    @property
    def _is_live(self) -> bool:
        return self.stream.isatty()

    def _tick(self, step: Step, done: threading.Event) -> None:
        while not done.wait(REDRAW_S if self._is_live else self.heartbeat_s):
            line = f"… {step.label}: {step.elapsed_s:.0f} s  {step.note}".rstrip()
            if self._is_live:
                width = shutil.get_terminal_size().columns - 1
                self.stream.write(f"\r\x1b[K{line[:width]}")
                self.stream.flush()
            else:
                self.say(f"  {line}")


def speak_utf8() -> None:
    """Let Vietnamese through a terminal that claims ASCII; what it cannot draw becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
