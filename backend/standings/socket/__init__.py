"""The socket of live topics `/ws/topics`, a plain ASGI application. Messages: ../README.md."""

from backend.standings.socket.application import application, drain, shut_down

__all__ = ["application", "drain", "shut_down"]
