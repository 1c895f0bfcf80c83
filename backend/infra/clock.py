"""The only place that reads the time of day. Entry points ask here and pass the instant on."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)
