"""Entry point inside the environment: `python -m backend.launcher [COMMAND] ...`, called by `run.py`."""

import signal
import sys

from backend.launcher.errors import LauncherError, report
from backend.launcher.progress import speak_utf8
from backend.launcher.usage import split_command


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    speak_utf8()
    # Both end a command through its clean-up. Not whatever SIGINT does now: a shell starts what it puts into the
    # background with SIGINT ignored, and SIGTERM would be ignored with it, in every child of every child.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        command, rest = split_command(arguments)
        if command == "start":
            from backend.launcher.start import start

            return start(rest)
        if command == "test":
            from backend.launcher.checks import run_checks

            return run_checks(rest)
        from backend.launcher.tools import run_tool

        return run_tool(command, rest)
    except LauncherError as error:
        return report(error)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
