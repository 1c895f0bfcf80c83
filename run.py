#!/usr/bin/env python3
"""Start, test or rehearse Hội Thi with one command. Needs Python 3.11 and nothing else; parses on far older ones."""

import os
import sys

OLDEST_PYTHON = (3, 11)
TOO_OLD = (
    "Python {0} quá cũ: hãy cài Python 3.11 trở lên rồi chạy lại, ví dụ python3.11 run.py."
    " | Python {0} is too old: install Python 3.11 or newer, then run again, for example python3.11 run.py."
)
NOT_POSIX = (
    "Hệ điều hành này chưa được hỗ trợ: trên Windows hãy chạy trong WSL (wsl --install)."
    " | This system is not supported: on Windows run it inside WSL (wsl --install)."
)


def main(arguments, version, system):  # type: (list[str], tuple[int, int], str) -> int
    """Refuse what cannot work in one line; otherwise hand over to the launcher."""
    if version < OLDEST_PYTHON:
        return refuse(TOO_OLD.format("%d.%d" % version))
    if system != "posix":
        return refuse(NOT_POSIX)
    from backend.launcher.bootstrap import bootstrap

    return bootstrap(arguments)


def refuse(line):  # type: (str) -> int
    """Print to stderr even where its encoding knows no Vietnamese, and return the exit status."""
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    sys.stderr.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], (sys.version_info[0], sys.version_info[1]), os.name))
