"""The HTTP side of the public interface, as an app without cookies uses it. Every call may be repeated safely."""

import asyncio
import random
from typing import Any, Self

from backend.rehearsal.history import History
from backend.rehearsal.http import Broken, Http, Response

TRIES = 8
BACKOFF_S = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0)
_TRANSIENT = {429, 500, 502, 503, 504}


class Refused(Exception):
    """The server said no and would say so again."""

    def __init__(self, method: str, path: str, status: int, code: str) -> None:
        super().__init__(f"{method} {path}: {status} {code}")
        self.status = status
        self.code = code


class Unreachable(Exception):
    """The server did not answer, however often it was asked."""


class Client:
    """Speaks for many people: whose request it is, the token says. Use as an async context manager."""

    def __init__(self, url: str, *, history: History) -> None:
        self.url = url
        self._history = history
        self._http = Http(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(self, path: str, *, token: str | None = None, **query: Any) -> Any:
        """Return the JSON body. Raises Refused, Unreachable."""
        return (await self._call("GET", path, token=token, query=query)).json()

    async def post(self, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """Return the JSON body. Raises Refused, Unreachable."""
        return (await self._call("POST", path, token=token, body=body)).json()

    async def patch(self, path: str, body: Any, *, token: str) -> Any:
        """Return the JSON body. Raises Refused, Unreachable."""
        return (await self._call("PATCH", path, token=token, body=body)).json()

    async def _call(
        self, method: str, path: str, *, token: str | None, query: dict[str, Any] | None = None, body: Any = None
    ) -> Response:
        headers = {"X-Session-Token": token} if token else {}
        for attempt in range(TRIES):
            wait_s = BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
            try:
                response = await self._http.request(method, path, headers=headers, query=query, body=body)
            except Broken as error:
                self._history.faults[f"{method} {_shape(path)}: {error}"] += 1
            else:
                if 200 <= response.status < 300:
                    return response
                code = _code(response)
                if response.status not in _TRANSIENT:
                    raise Refused(method, path, response.status, code)
                self._history.faults[f"{method} {_shape(path)}: {response.status} {code}"] += 1
                wait_s = max(wait_s, min(30.0, _retry_after_s(response)))
            await asyncio.sleep(wait_s)
        raise Unreachable(f"{method} {path}")


def _code(response: Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return "no_json"
    if isinstance(body, dict) and body.get("errors"):
        return str(body["errors"][0].get("code"))
    return str(body.get("code")) if isinstance(body, dict) else "no_object"


def _retry_after_s(response: Response) -> float:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else 0.0


def _shape(path: str) -> str:
    """Leave the ids out, so that faults of one kind add up."""
    return "/".join("*" if len(part) == 36 and part.count("-") == 4 else part for part in path.split("/"))
