"""Run one command of a step: its output goes to a log, its last line to the live line."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from backend.infra.embedded.processes import finish, tie_to_parent
from backend.launcher.progress import Step

NOTE_WIDTH = 60


def run_logged(
    command: Sequence[str | Path],
    *,
    log: Path,
    step: Step,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] | None = None,
) -> int:
    """Run to the end and return the exit status. The log holds this run alone, so that it can be read for causes."""
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        start_new_session=True,
        preexec_fn=tie_to_parent(death_signal=signal.SIGTERM),  # noqa: PLW1509
    )
    assert process.stdout is not None
    try:
        with log.open("wb") as file:
            for raw in process.stdout:
                file.write(raw)
                file.flush()
                line = raw.decode("utf-8", "replace").strip()
                if line:
                    step.note = line[:NOTE_WIDTH]
                    if on_line is not None:
                        on_line(line)
        return process.wait()
    except BaseException:
        process.terminate()
        finish(process, wait_s=5.0)
        raise
    finally:
        process.stdout.close()
