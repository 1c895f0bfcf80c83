"""Writes of the results app, by use case."""

from backend.results.services.clearing import clear_cancelled
from backend.results.services.computing import advance_regrades, compute_batch
from backend.results.services.deciding import apply_regrade, approve_regrade, cancel_regrade
from backend.results.services.proposing import ChangePlan, propose_regrade, start_computing
from backend.results.services.recording import record_results

__all__ = [
    "ChangePlan",
    "advance_regrades",
    "apply_regrade",
    "approve_regrade",
    "cancel_regrade",
    "clear_cancelled",
    "compute_batch",
    "propose_regrade",
    "record_results",
    "start_computing",
]
