"""The proof of the checker: each of the six broken promises turns a trial red that is green without it."""

import asyncio
from typing import NamedTuple

from tests.faults.catalogue import FAULTS
from tests.faults.stand.servers import Stand
from tests.faults.trial import Report, play

SECONDS = 4.0


class Proof(NamedTuple):
    """A mutation of `stand.mutant`, the fault whose trial must notice it, and the promise that is then broken."""

    mutation: str
    fault: str
    promises: tuple[str, ...]


PROOFS = (
    Proof("async_commit", "F6", ("I1",)),
    Proof("ack_before_commit", "F1", ("I1", "I9")),
    Proof("no_seq_guard", "F16", ("I1", "I9")),
    Proof("no_seq_guard_of_words", "F16", ("I1", "I9")),
    Proof("outbox_outside", "F1", ("I4",)),
    Proof("trusted_message", "F3", ("I4",)),
)


def play_mutated(proof: Proof, stand: Stand, *, seed: int, clients: int) -> Report:
    """Play the short form of the proof's fault with the promise broken; the next trial mends it."""
    plan = FAULTS[proof.fault].plan
    assert plan is not None
    trial = play(plan, stand, seed=seed, clients=clients, seconds=SECONDS, is_short=True, mutation=proof.mutation)
    return asyncio.run(trial)


def broken_promises(report: Report) -> set[str]:
    """Return the invariants that a report's findings name."""
    return {word for finding in report.findings for word in finding.split() if word[0] == "I" and word[1:].isdigit()}


def prove(stand: Stand, *, seed: int, clients: int) -> tuple[list[str], dict[str, float]]:
    """Return a finding for each mutation that stayed green, and how many findings each brought."""
    findings: list[str] = []
    figures: dict[str, float] = {}
    for proof in PROOFS:
        report = play_mutated(proof, stand, seed=seed, clients=clients)
        figures[proof.mutation] = len(report.findings)
        if not broken_promises(report) & set(proof.promises):
            findings.append(f"{proof.mutation} stayed green under {proof.fault}: {report.findings[:3]}")
    return findings, figures
