"""Where things lie: the source tree, its environment and its data."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"

RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
NODE_LOCK = ROOT / "requirements-node.lock"


def data_dir() -> Path:
    """Return the folder of the embedded servers' data, logs and secrets."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()


def log_dir() -> Path:
    """Return the folder of logs, made if absent."""
    folder = data_dir() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def caller_path(word: str) -> Path:
    """Resolve a path typed by the person, whose folder `run.py` left for the root of the source tree."""
    return (Path(os.environ.get("HOITHI_CALLER_DIR", ".")) / word).resolve()
