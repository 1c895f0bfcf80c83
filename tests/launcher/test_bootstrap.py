"""What stands in the way before the start, each with its own plain line."""

import importlib.util
import os
import socket
from pathlib import Path

import pytest

from backend.infra.embedded.ports import pick_free_port
from backend.launcher import virtualenv
from backend.launcher.bootstrap import check_disk, check_port, check_writable, read_port
from backend.launcher.errors import LauncherError
from backend.launcher.locks import HANDED_DOWN, adopt_run_lock, take_run_lock
from backend.launcher.paths import DEV_LOCK, RUNTIME_LOCK
from backend.launcher.progress import Progress


def refused(error: pytest.ExceptionInfo[LauncherError]) -> str:
    assert "\n" not in error.value.line
    return error.value.code


def test_taken_port_is_refused() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(LauncherError) as error:
            check_port(other.getsockname()[1])

    assert refused(error) == "port_taken"


def test_free_port_is_accepted() -> None:
    check_port(pick_free_port())


@pytest.mark.parametrize("value", ["0", "65536", "-1", "http", "80 "])
def test_odd_port_is_refused(value: str) -> None:
    with pytest.raises(LauncherError) as error:
        read_port(value)

    assert refused(error) == "port_invalid"


def test_no_port_means_8000() -> None:
    assert read_port("") == 8000


def test_full_disk_is_refused() -> None:
    with pytest.raises(LauncherError) as error:
        check_disk(free_bytes=499_999_999)

    assert refused(error) == "disk_full"
    check_disk(free_bytes=500_000_000)


def test_folder_below_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(LauncherError) as error:
        check_writable(tmp_path / "file" / "folder")

    assert refused(error) == "not_writable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder_is_not_writable(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(LauncherError) as error:
        check_writable(tmp_path)

    assert refused(error) == "not_writable"


@pytest.fixture(autouse=True)
def _no_lock_handed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first, so that what a test leaves there is taken away after it.
    monkeypatch.setenv(HANDED_DOWN, "")


def test_number_left_over_from_another_process_is_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HANDED_DOWN, "0")

    adopted = adopt_run_lock(tmp_path)

    assert adopted != 0
    os.close(adopted)


def test_second_instance_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = take_run_lock(tmp_path)

    with pytest.raises(LauncherError) as error:
        take_run_lock(tmp_path)

    assert refused(error) == "already_running"
    os.close(first)
    os.close(take_run_lock(tmp_path))


def test_run_lock_is_handed_down_but_not_to_children(tmp_path: Path) -> None:
    taken = take_run_lock(tmp_path)

    adopted = adopt_run_lock(tmp_path)

    assert adopted == taken
    assert not os.get_inheritable(adopted)
    assert HANDED_DOWN not in os.environ
    os.close(adopted)


def test_missing_venv_module_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(LauncherError) as error:
        virtualenv.ensure_installed(RUNTIME_LOCK, progress=Progress(), venv=tmp_path / ".venv")

    assert refused(error) == "venv_missing"


def test_unreachable_index_is_told_from_other_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setitem(virtualenv.STAMPS, lock, ".stamp")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # the discard port: nobody listens
    monkeypatch.setenv("PIP_RETRIES", "0")

    with pytest.raises(LauncherError) as error:
        virtualenv.ensure_installed(lock, progress=Progress(), venv=tmp_path / ".venv")

    assert refused(error) == "no_network"
    assert not (tmp_path / ".venv" / ".stamp").exists()


def test_every_runtime_pin_stands_in_the_dev_lock() -> None:
    def pins(lock: Path) -> set[str]:
        return {line.split(" ")[0] for line in lock.read_text().splitlines() if "==" in line}

    assert pins(RUNTIME_LOCK) - pins(DEV_LOCK) == set()
