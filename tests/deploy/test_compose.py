"""compose.yaml, the image file and env.example: structure, pins, and no name that nobody reads."""

import ast
import re
from typing import Any

import pytest
import yaml

from backend.launcher.paths import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SETTINGS_PART, COMPOSE_PART = "# --- settings", "# --- compose"
# A name of their own tag, at least major.minor: "latest" and bare majors move under our feet.
PINNED = re.compile(r"^[\w./-]+:\d+\.\d+[\w.-]*$")


def env_example() -> tuple[set[str], set[str]]:
    """Return the names of the two parts of env.example."""
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    settings, compose = text.split(SETTINGS_PART)[1].split(COMPOSE_PART)
    return names_in(settings), names_in(compose)


def names_in(part: str) -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", part, re.MULTILINE))


def names_that_settings_read() -> set[str]:
    tree = ast.parse((ROOT / "backend" / "config" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id.startswith("env_")
        and isinstance(call.args[0], ast.Constant)
    }


def test_env_example_names_what_settings_read() -> None:
    assert env_example()[0] == names_that_settings_read()


def test_env_example_names_what_compose_reads() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    assert env_example()[1] == set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def test_compose_sets_only_names_that_settings_read() -> None:
    known = names_that_settings_read()
    given = COMPOSE["x-app"]["environment"]

    assert {name.removesuffix("_FILE") for name in given} - known == set()


def test_every_part_is_a_service_with_a_health_check() -> None:
    assert sorted(SERVICES) == ["beat", "postgres", "prepare", "proxy", "valkey", "web", "worker"]
    assert [name for name, service in SERVICES.items() if "test" not in service.get("healthcheck", {})] == [
        "prepare",
        "beat",
    ]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_image_is_pinned(name: str) -> None:
    image = re.sub(r"^\$\{[A-Z_]+:-(.*)\}$", r"\1", SERVICES[name]["image"])

    assert PINNED.match(image)


def test_base_images_are_pinned() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)

    assert [image for image in images if not PINNED.match(image)] == []
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]


def test_used_volumes_networks_and_secrets_are_declared() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        sources = {volume.split(":")[0] for volume in service.get("volumes", [])}
        named = {source for source in sources if not source.startswith(("$", ".", "/"))}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name: SERVICES[name]["networks"] for name in ("postgres", "valkey")} == {
        "postgres": ["inside"],
        "valkey": ["inside"],
    }


def test_no_secret_is_written_into_the_files() -> None:
    made = (DEPLOY / "make-secrets.sh").read_text(encoding="utf-8")

    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert f"make {name} " in made


def test_postgres_confirms_only_what_is_on_disk() -> None:
    command = SERVICES["postgres"]["command"]

    assert {"-cfsync=on", "-cfull_page_writes=on", "-csynchronous_commit=on", "-carchive_mode=on"} <= set(command)
