"""One address in front of several web processes: nginx where the system has one, else a small balancer of our own.

Both take the next process in turn for each connection, and another one where it does not answer.
"""

import asyncio
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from socket import create_connection

NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream web {{ {servers} }}
    map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Host $http_host;
            proxy_set_header Connection $connection_upgrade; proxy_set_header Upgrade $http_upgrade;
            proxy_next_upstream error timeout; proxy_next_upstream_tries 2;
        }}
    }}
}}
"""


@contextmanager
def front(ports: Sequence[int], *, port: int, folder: Path) -> Iterator[None]:
    """Answer on `port` for the processes that listen on `ports`."""
    nginx = shutil.which("nginx")
    with _nginx(nginx, ports, port, folder) if nginx else _balancer(ports, port):
        give_up_at = time.monotonic() + 20
        while time.monotonic() < give_up_at:
            with suppress(OSError), closing(create_connection(("127.0.0.1", port), 1)):
                break
            time.sleep(0.05)
        yield


@contextmanager
def _nginx(program: str, ports: Sequence[int], port: int, folder: Path) -> Iterator[None]:
    servers = " ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=60s;" for one in ports)
    settings = folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, servers=servers, port=port))
    started = subprocess.Popen([program, "-p", str(folder), "-c", str(settings), "-e", str(folder / "early.log")])
    try:
        yield
    finally:
        started.terminate()
        started.wait(15)


@contextmanager
def _balancer(ports: Sequence[int], port: int) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    turns = count()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65_536):
                writer.write(chunk)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(turns)
        for turn in range(len(ports)):
            with suppress(OSError):
                up_reader, up_writer = await asyncio.open_connection("127.0.0.1", ports[(first + turn) % len(ports)])
                await asyncio.gather(carry(reader, up_writer), carry(up_reader, writer))
                return
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", port)
        async with server:
            await stopped.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    stopped = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), name="balancer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.close()
