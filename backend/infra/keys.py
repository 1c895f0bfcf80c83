"""Every name used in Valkey and every topic of the live sockets. No other module spells one."""

from uuid import UUID

PREFIX = "hoithi"
TICKS_CHANNEL = f"{PREFIX}:ticks"
ATTEMPT_SOCKETS_CHANNEL = f"{PREFIX}:attempt-sockets"
# Topics somebody watches, scored by the instant a process last said so.
WATCHED = f"{PREFIX}:watched"
# Born anew when Valkey starts empty: its change tells every client that something may have been missed.
LIFE = f"{PREFIX}:life"


def round_topic(round_uuid: UUID) -> str:
    """Return the topic of a round's standings and totals."""
    return f"round:{round_uuid}"


def unit_topic(round_uuid: UUID, unit_uuid: UUID) -> str:
    """Return the topic of one unit's standings within a round."""
    return f"round:{round_uuid}:unit:{unit_uuid}"


def monitor_topic(round_uuid: UUID) -> str:
    """Return the staff-only topic of a round's attempt counts."""
    return f"monitor:{round_uuid}"


def snapshot(topic: str) -> str:
    """Return the key of a topic's latest tick."""
    return f"{PREFIX}:snapshot:{topic}"


def floor(topic: str) -> str:
    """Return the key of the version below which no tick of a topic is kept: what it shows was taken back."""
    return f"{PREFIX}:floor:{topic}"


def hint(name: str) -> str:
    """Return the key that keeps hints to a worker from piling up."""
    return f"{PREFIX}:hint:{name}"


def heartbeat(part: str) -> str:
    """Return the key under which a background part says it is alive."""
    return f"{PREFIX}:heartbeat:{part}"


def counter(name: str, subject: str) -> str:
    """Return the key of one subject's counter under a limit."""
    return f"{PREFIX}:counter:{name}:{subject}"


def waiting_room(part: str) -> str:
    """Return the key of one part of the line before a start; the braces keep all parts on one shard."""
    return f"{PREFIX}:{{bell}}:{part}"
