"""Writes of the results app, by use case."""

from backend.results.services.advancing import advance_regrades
from backend.results.services.clearing import clear_cancelled
from backend.results.services.computing import compute_batch
from backend.results.services.deciding import apply_regrade, approve_regrade, cancel_regrade
from backend.results.services.forgetting import forget_remarks
from backend.results.services.handing import hand_out
from backend.results.services.marks import check_can_mark, give_mark
from backend.results.services.proposing import ENTER_MARKS, ChangePlan, propose_regrade, start_computing
from backend.results.services.recording import record_results
from backend.results.services.voiding import (
    approve_reinstatement,
    approve_voiding,
    ask_reinstatement,
    keep_voiding,
    propose_voiding,
    withdraw_voiding,
)

__all__ = [
    "ENTER_MARKS",
    "ChangePlan",
    "advance_regrades",
    "apply_regrade",
    "approve_regrade",
    "approve_reinstatement",
    "approve_voiding",
    "ask_reinstatement",
    "cancel_regrade",
    "check_can_mark",
    "clear_cancelled",
    "compute_batch",
    "forget_remarks",
    "give_mark",
    "hand_out",
    "keep_voiding",
    "propose_regrade",
    "propose_voiding",
    "record_results",
    "start_computing",
    "withdraw_voiding",
]
