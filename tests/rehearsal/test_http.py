"""The lean HTTP client against a server that answers well, in pieces, and not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.rehearsal.client import Client, Refused
from backend.rehearsal.history import History
from backend.rehearsal.http import Broken, Http, Response

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + b'{"a": 1}'
CHUNKED = b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n'
BUSY = b'HTTP/1.1 503 Busy\r\nContent-Length: 16\r\nRetry-After: 0\r\n\r\n{"code": "busy"}'
NO = b'HTTP/1.1 409 Conflict\r\nContent-Length: 25\r\n\r\n{"code": "attempt_limit"}'


@asynccontextmanager
async def _serving(*answers: bytes) -> AsyncIterator[tuple[str, list[int]]]:
    """Answer requests in order, in two pieces each; an empty answer cuts the connection. Yields the url and ports."""
    left, ports = list(answers), list[int]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.append(writer.get_extra_info("peername")[1])
        while left and (await reader.readuntil(b"\r\n\r\n")):
            answer = left.pop(0)
            for piece in (answer[:20], answer[20:]):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if not answer:
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", ports


async def _get(http: Http) -> Response:
    return await http.request("GET", "/x", query={"q": "hoàn kiếm"}, body=None, headers={})


@pytest.mark.parametrize("answer", [LENGTH, CHUNKED])
async def test_a_response_in_pieces_is_read_whole(answer: bytes) -> None:
    async with _serving(answer) as (url, _):
        http = Http(url)
        response = await _get(http)
        await http.close()

    assert (response.status, response.json()) == (200 if answer is LENGTH else 201, {"a": 1})


async def test_a_connection_is_used_again() -> None:
    async with _serving(LENGTH, LENGTH) as (url, ports):
        http = Http(url)
        await _get(http)
        await _get(http)
        await http.close()

    assert len(ports) == 1


async def test_a_connection_cut_off_is_broken() -> None:
    async with _serving(b"") as (url, _):
        http = Http(url)

        with pytest.raises(Broken):
            await _get(http)


async def _told(*answers: bytes) -> tuple[object, dict[str, int]]:
    history = History()
    async with _serving(*answers) as (url, _), Client(url, history=history) as client:
        try:
            return await client.get("/api/rounds/00000000-0000-0000-0000-000000000001/x"), dict(history.faults)
        except Refused as refusal:
            return (refusal.status, refusal.code), dict(history.faults)


async def test_busy_and_broken_are_asked_again_and_noted() -> None:
    assert await _told(BUSY, b"", LENGTH) == (
        {"a": 1},
        {"GET /api/rounds/*/x: 503 busy": 1, "GET /api/rounds/*/x: EOFError": 1},
    )


async def test_a_refusal_is_final() -> None:
    assert await _told(NO) == ((409, "attempt_limit"), {})
