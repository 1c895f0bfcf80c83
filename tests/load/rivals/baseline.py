"""The baseline: what one would write with Channels and the ORM by their own handbooks.

A JSON consumer, `update_or_create` in a thread, an acknowledgement. Like the floor it signs nobody in and checks
nothing that the product checks. The same uvicorn settings as the product, the same durable PostgreSQL.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

import django

django.setup()

from channels.db import database_sync_to_async  # noqa: E402  # models need Django to be set up
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402
from django.utils import timezone  # noqa: E402

from backend.attempts.models import Answer  # noqa: E402


class AnswerConsumer(AsyncJsonWebsocketConsumer):
    """Serves `/{round id}/{attempt id}`."""

    async def connect(self) -> None:
        self.place = {name: int(value) for name, value in self.scope["url_route"]["kwargs"].items()}
        await self.accept()
        await self.send_json({"t": "hello"})

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await self.save(content)
        await self.send_json({"t": "saved", "item": content["item"], "seq": content["seq"]})

    @database_sync_to_async
    def save(self, content: Any) -> None:
        Answer.objects.update_or_create(
            **self.place,
            item=content["item"],
            defaults={"seq": content["seq"], "choice": content["choice"], "received_at": timezone.now()},
        )


async def _lifespan(scope: Any, receive: Any, send: Any) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})


application = ProtocolTypeRouter(
    {
        "websocket": URLRouter([re_path(r"^(?P<round_id>\d+)/(?P<attempt_id>\d+)$", AnswerConsumer.as_asgi())]),
        "lifespan": _lifespan,
    }
)
