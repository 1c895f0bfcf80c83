"""What a rehearsal is asked to do, read from the command line and the environment."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
CITIZENS_MAX = 20_000  # every citizen holds a socket, and a process has some 20,000 file descriptors


@dataclass(frozen=True, slots=True)
class Options:
    """`speed` divides every human pause. `arrivals_per_s` is real time: how fast citizens come in at the door."""

    citizens: int
    speed: float
    arrivals_per_s: float
    again: float
    seed: int
    url: str
    database_url: str | None
    json_path: Path | None
    timeout_s: float
    is_database_optional: bool
    contest: str | None


def read_options(arguments: Sequence[str], *, env: Mapping[str, str]) -> Options:
    """Read and check. Exits with status 2 and one line that says what to do."""
    parser = _parser()
    given = parser.parse_args(arguments)
    url = (given.url or env.get("HOITHI_URL") or "").rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        parser.error("cần --url http://127.0.0.1:8000 (an address to rehearse on is needed)")
    if urlsplit(url).hostname not in LOOPBACK_HOSTS and not given.i_own_this_server:
        parser.error(
            f"{url} không phải máy này: thêm --i-own-this-server nếu bạn quản lý máy chủ đó "
            "(not this machine: add --i-own-this-server if the server is yours)"
        )
    for name, value, low, high in (
        ("--citizens", given.citizens, 1, CITIZENS_MAX),
        ("--speed", given.speed, 0.1, 1000),
        ("--arrivals", given.arrivals, 0.01, 10_000),
        ("--again", given.again, 0, 1),
        ("--timeout", given.timeout, 1, 86_400),
    ):
        if not low <= value <= high:
            parser.error(f"{name} phải từ {low} đến {high} (must lie between {low} and {high})")
    return Options(
        citizens=given.citizens,
        speed=given.speed,
        arrivals_per_s=given.arrivals,
        again=given.again,
        seed=given.seed,
        url=url,
        database_url=None if given.no_database else given.database_url or env.get("DATABASE_URL") or None,
        json_path=Path(env.get("HOITHI_CALLER_DIR", ".")) / given.json if given.json else None,
        timeout_s=given.timeout,
        is_database_optional=given.no_database,
        contest=given.contest,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py rehearse",
        description="Diễn tập: N thí sinh giả lập dự thi, rồi đối chiếu mọi con số. Rehearse, then check every figure.",
    )
    add = parser.add_argument
    add("--citizens", type=int, required=True, help="số thí sinh (how many citizens)")
    add("--speed", type=float, default=60.0, help="nhanh gấp mấy lần người thật (times faster than people; 60)")
    # Five a second are 18,000 people in an hour; each one signs in, starts, submits and reads a result.
    add("--arrivals", type=float, default=3.0, help="mỗi giây mấy thí sinh vào thi (citizens coming in per second; 3)")
    add("--again", type=float, default=0.0, help="phần thí sinh thi lượt hai, 0-1 (share who sit twice; 0)")
    add("--seed", type=int, default=1, help="hạt giống ngẫu nhiên (the same seed plays the same people; 1)")
    add("--url", help="máy chủ đang chạy (a running server; default: a private one)")
    add("--contest", help="mã hội thi (key of the contest; default: the first with an open round)")
    add("--json", help="ghi kết quả chi tiết vào tệp (write figures and findings to this file)")
    add("--timeout", type=float, default=900.0, help="dừng sau mấy giây (give up after so many seconds; 900)")
    add("--database-url", help=argparse.SUPPRESS)
    add("--no-database", action="store_true", help="chỉ kiểm tra qua API (check what the public interface shows)")
    add("--i-own-this-server", action="store_true", help="cho phép máy chủ khác (allow a host that is not this one)")
    return parser
