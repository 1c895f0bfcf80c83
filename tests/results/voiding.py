"""Voidings walked through their states."""

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.results import services
from backend.results.models import Voiding
from tests.factories import NOON, make_person

REASON = "Một người thi hộ nhiều tài khoản"


def ask_to_void(*attempts: Attempt, author: Person | None = None, reason: str = REASON) -> Voiding:
    return services.propose_voiding(
        contest=attempts[0].contest, attempts=attempts, reason=reason, author=author or make_person(), now=NOON
    )


def void(*attempts: Attempt, approver: Person | None = None) -> Voiding:
    return services.approve_voiding(voiding=ask_to_void(*attempts), actor=approver or make_person(), now=NOON)


def reinstate(voiding: Voiding) -> Voiding:
    services.ask_reinstatement(voiding=voiding, actor=make_person(), now=NOON, reason="Đã xác minh")
    return services.approve_reinstatement(voiding=voiding, actor=make_person(), now=NOON)
