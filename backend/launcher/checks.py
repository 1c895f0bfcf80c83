"""`python3 run.py test`: run every check, go on after a failure, and end with one countable line."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from backend.infra.embedded import start_private_servers
from backend.launcher.chromium import CHROMIUM_VARIABLE, find_or_install_chromium
from backend.launcher.errors import LauncherError
from backend.launcher.frontend import ensure_built, ensure_packages, scripts
from backend.launcher.instance import private_instance
from backend.launcher.outcomes import Count, Run, read_junit, read_vitest
from backend.launcher.paths import FRONTEND, ROOT
from backend.launcher.progress import Progress
from backend.launcher.schema import compare_schema

SOURCES = ("run.py", "backend", "tests")
E2E = ROOT / "tests" / "e2e"
# Tests on a whole installation that is struck, or looked at in a browser: one after the other, never both at once.
ON_A_STAND = ("tests/faults/test_faults.py", "tests/faults/test_proof.py")
# Two cores are what the limit of ten minutes is meant for. Each trial of a fault waits half of its time; of the other
# tests many wait for servers to start, to die and to come back, and a third worker fills the gaps.
STAND_WORKERS, WORKERS = "2", "3"
# Two browsers look at one installation: one has the tests whose contests are their own, the other those that count,
# freeze and watch the contest that is there for all, or what every profile is asked for.
OWN_CONTESTS = tuple(f"tests/e2e/test_{name}.py" for name in ("incident", "marking", "organizer", "written"))


def run_checks(arguments: list[str]) -> int:
    """Run everything, or with pytest arguments pytest alone. The exit status is 1 where anything failed."""
    fast = "--fast" in arguments
    words = [word for word in arguments if word != "--fast"]
    with tempfile.TemporaryDirectory(prefix="hoithi-test-") as name:
        folder = Path(name)
        run = Run(Progress())
        with start_private_servers(
            folder / "data",
            throwaway=True,
            database_url=os.environ.get("DATABASE_URL", ""),
            redis_url=os.environ.get("REDIS_URL", ""),
        ) as servers:
            env = check_env(folder, database_url=servers.database_url, redis_url=servers.redis_url)
            if words:
                report = folder / "pytest.xml"
                named = pytest(f"--junitxml={report}", *words)
                run.command("pytest", named, env=env, count=lambda: read_junit(report))
                return run.close()
            # While installations are struck and come back, what waits for nobody. Tests that wait for each other's
            # servers have the machine for themselves: beside pages or faults they would fail by being late.
            run.beside(lambda: check_on_other_servers(run, folder), lambda: check_code(run, folder, env=env))
            check_behavior(run, folder, env=env)
        if fast:
            run.skip("e2e", "--fast")
        else:
            check_in_browser(run, folder)
        return run.close()


def check_code(run: Run, folder: Path, *, env: Mapping[str, str]) -> None:
    """Build the front end, and check what needs no installation."""
    has_front_end = run.step("front-end build", lambda: ensure_built(progress=run.progress))
    check_python(run, env=env)
    check_schema(run, folder, env=env)
    if has_front_end:
        run.guarded(lambda: check_front_end(run, folder))
    else:
        run.skip("vitest", "no front end")


def check_env(folder: Path, *, database_url: str, redis_url: str) -> dict[str, str]:
    """Return the environment of the checks: private servers, nothing of the person's own instance."""
    own = {
        # The private servers are not durable; a check of the product would refuse them otherwise.
        "THROWAWAY_DATABASE": os.environ.get("THROWAWAY_DATABASE") or "on",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or "only-for-the-checks-" + "x" * 40,
        "IDENTITY_HMAC_KEY": "c1" * 32,
        "IDENTITY_AES_KEY": "c2" * 32,
    }
    return {**os.environ, **own}


def tool(name: str, *words: str) -> list[str]:
    """Return the command of a tool that pip put beside our Python."""
    return [str(Path(sys.executable).with_name(name)), *words]


def backend(*words: str) -> list[str]:
    return [sys.executable, "-m", "backend", *words]


def pytest(*words: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *words]


def check_python(run: Run, *, env: Mapping[str, str]) -> None:
    """Lint, types, layers, migrations."""
    run.command("ruff check", tool("ruff", "check", *SOURCES), env=env)
    run.command("ruff format", tool("ruff", "format", "--check", *SOURCES), env=env)
    run.command("mypy --strict", tool("mypy", "--strict", "run.py", "backend"), env=env)
    run.command("import contracts", tool("lint-imports"), env=env)
    run.command("migrations", backend("makemigrations", "--check", "--dry-run"), env=env)


def check_schema(run: Run, folder: Path, *, env: Mapping[str, str]) -> None:
    """Generate the OpenAPI schema anew and hold the committed one to it."""
    fresh = folder / "openapi.yaml"
    if run.command("schema generation", backend("spectacular", "--file", str(fresh)), env=env):
        run.step("schema diff", lambda: compare_schema(fresh=fresh))


def check_on_other_servers(run: Run, folder: Path) -> None:
    """Run the trials of faults on servers of their own.

    Workers of both rows have the same names, and with them the same databases.
    """
    with start_private_servers(folder / "faults", throwaway=True) as others:
        urls = {"database_url": others.database_url, "redis_url": others.redis_url}
        check_faults(run, folder, env=check_env(folder, **urls))


def check_faults(run: Run, folder: Path, *, env: Mapping[str, str]) -> None:
    """Run the trials of faults. Each worker has an installation of its own, and takes one trial after the other."""
    report = folder / "faults.xml"
    words = ("-n", STAND_WORKERS, "--maxschedchunk=1", f"--junitxml={report}", *ON_A_STAND)
    run.command("faults", pytest(*words), env=env, count=lambda: read_junit(report))


def check_behavior(run: Run, folder: Path, *, env: Mapping[str, str]) -> None:
    """Run pytest on everything else but the browser tests. A worker that is done takes over from the other."""
    report = folder / "pytest.xml"
    others = (E2E.relative_to(ROOT), *ON_A_STAND)
    words = ("-n", WORKERS, "--dist=worksteal", *(f"--ignore={one}" for one in others), f"--junitxml={report}", "tests")
    run.command("pytest", pytest(*words), env=env, count=lambda: read_junit(report))


def check_front_end(run: Run, folder: Path) -> None:
    """Run vitest and the front end's own checks, each where package.json has its script."""
    node = ensure_packages(progress=run.progress)
    env = {**os.environ, **node.env}
    known = scripts()
    report = folder / "vitest.json"
    reporters = ("--reporter=default", "--reporter=json", f"--outputFile.json={report}")
    run.command(
        "vitest", [*node.npm, "test", "--", *reporters], env=env, cwd=FRONTEND, count=lambda: read_vitest(report)
    )
    for script in ("check", "types:check", "budget"):
        if script in known:
            run.command(f"npm run {script}", [*node.npm, "run", script], env=env, cwd=FRONTEND)
        else:
            run.add(f"npm run {script}", Count(failed=1), note="not in package.json")


def check_pages(run: Run, label: str, files: Sequence[str], folder: Path, *, env: Mapping[str, str]) -> None:
    """Run some of the browser tests on the instance that `env` names."""
    report = folder / f"{label}.xml"
    run.command(label, pytest(f"--junitxml={report}", *files), env=env, count=lambda: read_junit(report))


def check_in_browser(run: Run, folder: Path) -> None:
    """Play through the pages of a live instance in Chromium."""
    if not E2E.is_dir():
        run.skip("e2e", "no tests/e2e")
        return
    chromium = find_or_install_chromium(progress=run.progress)
    if chromium is None:
        run.skip("e2e", "no Chromium")
        return
    try:
        with private_instance(progress=run.progress) as instance:
            env = {**instance.env, CHROMIUM_VARIABLE: chromium}
            others = [f"--ignore={one}" for one in OWN_CONTESTS]
            run.beside(
                lambda: check_pages(run, "e2e", [str(E2E.relative_to(ROOT)), *others], folder, env=env),
                lambda: check_pages(run, "e2e own contests", OWN_CONTESTS, folder, env=env),
            )
    except LauncherError as error:
        run.add("e2e instance", Count(failed=1), note=error.line)
