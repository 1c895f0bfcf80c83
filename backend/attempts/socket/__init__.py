"""The attempt socket `/ws/attempts/{uuid}`: the hot path, a plain ASGI application. Messages: ../README.md."""

from backend.attempts.socket.application import application, drain, shut_down

__all__ = ["application", "drain", "shut_down"]
