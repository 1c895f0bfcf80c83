"""The launcher's small parts: commands, Node, build stamps, sign-ins."""

from pathlib import Path

import pytest

from backend.launcher.errors import LauncherError
from backend.launcher.frontend import source_hash
from backend.launcher.instance import find_unready, read_sign_ins
from backend.launcher.node import find_system_node, read_version
from backend.launcher.start import refuse_unknown
from backend.launcher.tools import TOOLS
from backend.launcher.usage import COMMANDS, split_command


def test_no_command_means_start() -> None:
    assert split_command([]) == ("start", [])
    assert split_command(["--fresh"]) == ("start", ["--fresh"])
    assert split_command(["test", "-k", "x"]) == ("test", ["-k", "x"])
    assert set(COMMANDS) == {"start", "test", *TOOLS}


def test_unknown_option_is_refused() -> None:
    refuse_unknown(["--fresh", "--no-demo"])

    with pytest.raises(LauncherError) as error:
        refuse_unknown(["--frsh"])

    assert error.value.code == "unknown_option"


@pytest.mark.parametrize(
    ("text", "version"), [("v20.19.1\n", (20, 19, 1)), ("22.0.0-rc.1", (22, 0, 0)), ("", ()), ("not found", ())]
)
def test_versions_are_read(text: str, version: tuple[int, ...]) -> None:
    assert read_version(text) == version


@pytest.mark.parametrize(("node", "is_used"), [("v20.19.0", True), ("v20.18.9", False), ("broken", False)])
def test_only_a_new_enough_node_of_the_system_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str, is_used: bool
) -> None:
    for name, answer in (("node", node), ("npm", "10.8.2")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {answer}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    found = find_system_node()

    assert (found is not None) == is_used
    if found is not None:
        assert found.env == {"PATH": f"{tmp_path}:{tmp_path}"}


def test_build_stamp_changes_with_sources_alone(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("1")
    before = source_hash(tmp_path)

    for folder in ("node_modules", "dist", ".cache"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.js").write_text("2")
    unchanged = source_hash(tmp_path)
    (tmp_path / "src" / "main.ts").write_text("3")

    assert unchanged == before
    assert source_hash(tmp_path) != before


def test_sign_ins_are_read_from_their_line_alone() -> None:
    line = '{"sign_ins": [{"role": "board", "email": "b@example.vn", "password": "p"}]}'

    assert read_sign_ins(line) == [{"role": "board", "email": "b@example.vn", "password": "p"}]
    assert read_sign_ins("step: done") == []
    assert read_sign_ins("7") == []


def test_nothing_listening_is_not_ready() -> None:
    assert find_unready("http://127.0.0.1:9") == ["web"]
