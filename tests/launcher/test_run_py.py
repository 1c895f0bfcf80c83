"""`run.py` itself: what it refuses before anything is installed."""

import ast
import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from backend.launcher.paths import ROOT


@pytest.fixture
def run_py() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_old_python_is_refused_in_one_line(run_py: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    status = run_py.main([], (3, 8), "posix")

    assert status == 2
    assert capsys.readouterr().err == (
        "Python 3.8 quá cũ: hãy cài Python 3.11 trở lên rồi chạy lại, ví dụ python3.11 run.py."
        " | Python 3.8 is too old: install Python 3.11 or newer, then run again, for example python3.11 run.py.\n"
    )


def test_windows_is_refused_in_one_line(run_py: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    status = run_py.main([], (3, 13), "nt")

    assert status == 2
    assert "WSL" in capsys.readouterr().err


def test_source_parses_on_python_3_6() -> None:
    source = (ROOT / "run.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 6))


def test_refusal_survives_a_terminal_without_vietnamese() -> None:
    code = "import run; raise SystemExit(run.main([], (3, 8), 'posix'))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert b"Python 3.8 is too old" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (["dance"], {}, "There is no command “dance”"),
        ([], {"PORT": "8o80"}, "PORT=8o80 is not a port number"),
        ([], {"DATA_DIR": "/proc/nowhere"}, "Cannot write to /proc/nowhere"),
    ],
)
def test_mistakes_are_one_line_and_status_2(
    tmp_path: Path, words: list[str], environment: dict[str, str], expected: str
) -> None:
    env = {**os.environ, "DATA_DIR": str(tmp_path), **environment}

    done = subprocess.run(
        [sys.executable, ROOT / "run.py", *words], env=env, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert expected in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_help_names_every_command() -> None:
    done = subprocess.run([sys.executable, ROOT / "run.py", "--help"], capture_output=True, text=True, check=True)

    assert all(word in done.stdout for word in ("test", "rehearse", "screens", "bench", "faults", "--fresh", "PORT"))


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_what_is_started_in_the_background_can_be_ended_and_so_can_its_children() -> None:
    # A shell starts what it puts into the background with SIGINT ignored.
    code = (
        "import subprocess, sys\n"
        "from backend.launcher.__main__ import main\n"
        "main(['--unknown'])\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "child.terminate()\n"
        "print(child.wait(timeout=30))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )

    assert done.stdout == f"{-signal.SIGTERM}\n", done.stderr
