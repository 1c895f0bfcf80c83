"""Tickets prove since when a person waits: signed, for that person alone, worthless once the place is forfeited."""

import hmac
from hashlib import sha256

from django.conf import settings

from backend.core.waiting import Place

_LENGTH_MAX = 80


def write(person_id: int, place: Place) -> str:
    """Return the ticket of a place."""
    return f"{place.joined_ms:.3f}-{place.due_ms:.3f}-{_seal(person_id, place.joined_ms, place.due_ms)}"


def read(person_id: int, ticket: str | None, now_ms: float) -> float | None:
    """Return since when the person waits; None without a ticket, for another's, a forged or an overdue one."""
    if not ticket or len(ticket) > _LENGTH_MAX or ticket.count("-") != 2 or not ticket.isascii():
        return None
    joined, due, seal = ticket.split("-")
    try:
        joined_ms, due_ms = float(joined), float(due)
    except ValueError:
        return None
    if not hmac.compare_digest(seal, _seal(person_id, joined_ms, due_ms)) or due_ms < now_ms:
        return None
    return joined_ms


def _seal(person_id: int, joined_ms: float, due_ms: float) -> str:
    text = f"ticket:{person_id}:{joined_ms:.3f}:{due_ms:.3f}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()[:20]
