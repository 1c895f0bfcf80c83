"""Print the tables of deploy/scale.md: `python -m tests.load.plan [--write] [BENCH.json ...]`.

Each file holds the JSON line of one benchmark (`python3 run.py bench NAME --json FILE`); its figures replace those in
deploy/figures.json. With `--write` that file and the page are written anew.
"""

import json
import sys
from pathlib import Path

from tests.load.plan.parts import FIGURES, load_figures, take
from tests.load.plan.tables import fill, tables

PAGE = FIGURES.parent / "scale.md"


def main(arguments: list[str]) -> int:
    """Print or write; return the exit status."""
    figures = load_figures()
    for name in arguments:
        if name != "--write":
            figures = take(figures, json.loads(Path(name).read_text(encoding="utf-8")))
    if "--write" in arguments:
        FIGURES.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), figures), encoding="utf-8")
        return 0
    for name, table in tables(figures).items():
        print(f"{name}\n{table}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
