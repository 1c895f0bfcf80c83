"""Run one benchmark against a private instance: `python -m tests.load.bench NAME --url URL --database-url URL [...]`.

Progress goes to stderr; the last line of stdout is one JSON object. A figure that must not be wrong (`lost`, `errors`,
`counter_mismatch`, `mixed_reads`) makes the exit status 1 where it is not 0.
"""

import importlib
import json
import sys
from pathlib import Path

# Each is a module beside this one with `run(arguments: list[str]) -> dict[str, object]`.
NAMES = ("answers", "start", "finish", "replay", "regrade", "ranks", "soak")
MUST_BE_ZERO = ("lost", "errors", "counter_mismatch", "mixed_reads")


def main(arguments: list[str]) -> int:
    """Run the named benchmark and return its exit status."""
    if not arguments or arguments[0] not in NAMES:
        print(f"python3 run.py bench NAME [--json FILE]; NAME: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    name, *rest = arguments
    target = _take_option(rest, "--json")
    figures = importlib.import_module(f"tests.load.bench.{name}").run(rest)
    line = json.dumps({"bench": name, **figures}, ensure_ascii=False)
    if target is not None:
        Path(target).write_text(line + "\n", encoding="utf-8")
    print(line, flush=True)
    return int(any(figures.get(key) for key in MUST_BE_ZERO))


def _take_option(words: list[str], name: str) -> str | None:
    """Take `NAME VALUE` out of the words and return the value."""
    if name not in words:
        return None
    place = words.index(name)
    value = words[place + 1]
    del words[place : place + 2]
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
