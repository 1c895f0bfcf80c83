"""`python -m backend.rehearsal`: play, check, print one JSON line. Called by `run.py rehearse`."""

import asyncio
import json
import os
import sys
import time

import uvloop

from backend.launcher.progress import Progress, speak_utf8
from backend.rehearsal.client import Refused, Unreachable
from backend.rehearsal.examine import CHECK_FAILURES, examine
from backend.rehearsal.observer import tick_delays_ms
from backend.rehearsal.options import Options, read_options
from backend.rehearsal.play import NoOpenRound, Played, play
from backend.rehearsal.report import Figures, Findings, count, percentile
from backend.rehearsal.rows import WrongDatabase

HEARTBEAT_S = 5.0
SHOWN_FINDINGS = 20
SHOWN_FAULTS = 10


def main(arguments: list[str]) -> int:
    """Return 0 where all is well, 1 where something is lost or wrong, 2 where nothing could be rehearsed."""
    speak_utf8()
    options = read_options(arguments, env=os.environ)
    progress = Progress(stream=sys.stderr, heartbeat_s=HEARTBEAT_S)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(rehearse(options, progress=progress))
    except NoOpenRound:
        progress.say("Không có đợt thi nào đang mở: mở một đợt rồi chạy lại. | No round is open: open one first.")
    except (Refused, Unreachable) as error:
        progress.say(f"Máy chủ không trả lời như mong đợi (the server did not answer as it should): {error}")
    except WrongDatabase:
        progress.say("Cơ sở dữ liệu không có hội thi này: kiểm tra DATABASE_URL. | DATABASE_URL is another server's.")
    except KeyboardInterrupt:
        return 130
    return 2


async def rehearse(options: Options, *, progress: Progress) -> int:
    """Play, check and report; the figures are the last line of standard output."""
    began = time.monotonic()
    played = await play(options, progress=progress)
    with progress.step("Đối chiếu (checking)"):
        findings = await _examine(options, played)
    figures = summarize(options, played, findings, wall_s=time.monotonic() - began)
    _tell(progress, played, findings)
    if options.json_path is not None:
        _write(options, played, figures, findings)
    print(json.dumps(figures.to_json()), flush=True)  # noqa: T201  # the product of this command
    is_complete = figures.attempts_submitted == played.sittings and not played.is_timed_out
    return 0 if is_complete and figures.is_good(is_database_optional=options.is_database_optional) else 1


async def _examine(options: Options, played: Played) -> Findings:
    try:
        return await examine(played, url=options.url, database_url=options.database_url)
    except CHECK_FAILURES as error:
        return Findings(notes=[f"the checks could not be made: {error}"])


def summarize(options: Options, played: Played, findings: Findings, *, wall_s: float) -> Figures:
    """Put the figures together."""
    history = played.history
    acks = [*history.socket_ack_ms, *history.http_ack_ms]
    answering_s = (history.last_ack_at or 0.0) - (history.first_sent_at or 0.0)
    return Figures(
        citizens=options.citizens,
        attempts_submitted=sum(bool(attempt.receipts) for attempt in history.attempts),
        answers_acked=history.ack_count,
        answers_lost=count(findings.answers),
        results=findings.results,
        scored_twice=count(findings.twice),
        standings_mismatch=count(findings.standings),
        counter_mismatch=count(findings.counts),
        acks_per_s=round(history.ack_count / answering_s, 1) if answering_s > 0 else 0.0,
        ack_p50_ms=percentile(acks, 0.50),
        ack_p99_ms=percentile(acks, 0.99),
        tick_p99_ms=percentile(_tick_delays(played), 0.99),
        wall_s=round(wall_s, 1),
    )


def _tick_delays(played: Played) -> list[float]:
    return [
        delay
        for observer in played.observers
        for delay in tick_delays_ms(
            submitted_at=played.history.submitted_at,
            shown=observer.shown,
            base=played.base_entries,
            until=played.watched_until,
        )
    ]


def details(played: Played) -> dict[str, object]:
    """Return figures beyond the public line."""
    history = played.history
    return {
        "socket_acks": len(history.socket_ack_ms),
        "socket_ack_p99_ms": percentile(history.socket_ack_ms, 0.99),
        "http_acks": len(history.http_ack_ms),
        "http_ack_p99_ms": percentile(history.http_ack_ms, 0.99),
        "tick_p50_ms": percentile(_tick_delays(played), 0.50),
        "reconnects": history.reconnects,
        "resent": history.resent,
        "learnt_on_resume": history.resumed_acks,
    }


def _tell(progress: Progress, played: Played, findings: Findings) -> None:
    progress.say(", ".join(f"{name} {value}" for name, value in details(played).items()))
    if played.is_timed_out:
        progress.say("Hết thời gian: chưa diễn tập xong (out of time: not everybody finished; see --timeout)")
    for fault, times in played.history.faults.most_common(SHOWN_FAULTS):
        progress.say(f"! {times} × {fault}")
    lines = findings.lines()
    for line in lines[:SHOWN_FINDINGS]:
        progress.say(f"✗ {line}")
    if len(lines) > SHOWN_FINDINGS:
        progress.say(f"✗ … {len(lines) - SHOWN_FINDINGS} nữa (more)")


def _write(options: Options, played: Played, figures: Figures, findings: Findings) -> None:
    assert options.json_path is not None
    content = {
        "figures": figures.to_json(),
        "details": details(played),
        "faults": dict(played.history.faults),
        "findings": findings.lines(),
        "seed": options.seed,
        "speed": options.speed,
    }
    options.json_path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
