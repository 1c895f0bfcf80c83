"""The waiting room of all processes: its line lives in Valkey, and is rebuilt from people's tickets if that is lost."""

from backend.infra.waiting_room.room import Door, DoorFailed, Room, Waiting

__all__ = ["Door", "DoorFailed", "Room", "Waiting"]
