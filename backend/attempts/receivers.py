"""Give every round its partition of the answers in the transaction that lays it out; let go of erased persons."""

from backend.accounts.events import PersonErased
from backend.attempts import services
from backend.contests.events import RoundsLaidOut
from backend.infra import events


def on_rounds_laid_out(event: RoundsLaidOut) -> None:
    services.ensure_partitions(round_ids=event.round_ids)


def on_person_erased(event: PersonErased) -> None:
    services.forget_person(person_id=event.person_id)


def connect() -> None:
    """Subscribe; called once at start-up."""
    events.subscribe(RoundsLaidOut, on_rounds_laid_out)
    events.subscribe(PersonErased, on_person_erased)
