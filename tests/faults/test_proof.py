"""The proof of the checker: a trial that is green with the product is red with each of six promises broken."""

import pytest

from tests.faults.proof import PROOFS, Proof, broken_promises, play_mutated
from tests.faults.stand.servers import Stand

pytestmark = [pytest.mark.slow, pytest.mark.worker]


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.mutation)
def test_a_broken_promise_is_noticed(stand: Stand, proof: Proof):
    report = play_mutated(proof, stand, seed=7, clients=8)

    assert broken_promises(report) & set(proof.promises), report.findings
