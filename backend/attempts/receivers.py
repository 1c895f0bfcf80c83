"""Give every round its partition of the answers in the transaction that lays it out."""

from backend.attempts import services
from backend.contests.events import RoundsLaidOut
from backend.infra import events


def on_rounds_laid_out(event: RoundsLaidOut) -> None:
    services.ensure_partitions(round_ids=event.round_ids)


def connect() -> None:
    """Subscribe; called once at start-up."""
    events.subscribe(RoundsLaidOut, on_rounds_laid_out)
