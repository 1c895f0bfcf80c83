"""Let go of where an erased person belongs: what was counted there hangs on the attempts, which name their units."""

from backend.accounts.events import PersonErased
from backend.infra import events
from backend.units import services


def on_person_erased(event: PersonErased) -> None:
    services.forget_memberships(person_id=event.person_id)


def connect() -> None:
    """Subscribe; called once at start-up."""
    events.subscribe(PersonErased, on_person_erased)
