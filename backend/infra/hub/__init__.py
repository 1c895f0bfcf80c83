"""Fan-out of live topics: one subscription to Valkey a process, the newest state for every socket, never a queue."""

from backend.infra.hub.hub import Build, Hub, Unavailable
from backend.infra.hub.subscriber import Subscriber

__all__ = ["Build", "Hub", "Subscriber", "Unavailable"]
