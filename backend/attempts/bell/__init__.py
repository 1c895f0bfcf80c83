"""The short way to a start, a plain ASGI application before Django: what a crowd at the opening bell goes through."""

from backend.attempts.bell.application import Bell
from backend.attempts.bell.live import shut_down, warm

__all__ = ["Bell", "shut_down", "warm"]
