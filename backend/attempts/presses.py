"""Note every press of the button that comes by HTTP, from its entry into the process until it is answered."""

import re

from backend.attempts.services import pressing
from backend.infra.sockets.asgi import RECEIVED_AT, Application, Receive, Scope, Send

_PATH = re.compile(r"/api/attempts/[0-9a-f-]{36}/submit", re.ASCII)


class Presses:
    """Wraps the HTTP application, outside whatever makes a request wait for its turn."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST" or not _PATH.fullmatch(scope["path"]):
            await self._application(scope, receive, send)
            return
        with pressing(scope[RECEIVED_AT]):
            await self._application(scope, receive, send)
