"""Two web processes behind a proxy and two workers on one database, as past one machine; then one of each is killed."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from backend.accounts.models import Person
from backend.attempts.models import Answer, Attempt
from backend.attempts.services import start_attempt
from backend.contests.models import Round
from backend.infra import clock, keys, valkey
from backend.participation.models import StatEvent
from backend.participation.queries import Counts, Scope, count_all
from backend.participation.recounting import recount
from backend.results.models import Result
from tests.attacks.serving import Live, free_port, serve
from tests.attempts.serving import Socket, sign_in
from tests.factories import make_contest, make_person, make_unit
from tests.pipeline.front import front
from tests.pipeline.processes import START_S, process, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker, pytest.mark.slow]

CITIZENS = 6
ITEMS = (1, 2, 3)


@dataclass
class Site:
    """Everything behind the one address `origin`."""

    origin: str
    webs: list[Live]
    workers: list[Any]
    stack: ExitStack

    def open(self, path: str, session: str | None = None) -> Socket:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        return Socket(
            self.stack.enter_context(
                connect(
                    self.origin.replace("http", "ws") + path,
                    origin=self.origin,  # type: ignore[arg-type]  # a plain string is fine
                    additional_headers=headers,
                    compression=None,
                    open_timeout=20,
                    close_timeout=1,
                )
            )
        )


@dataclass
class Phone:
    """A citizen in the middle of an attempt, who remembers what was called saved."""

    site: Site
    attempt: Attempt
    session: str
    socket: Socket = field(init=False)
    acked: dict[int, int] = field(default_factory=dict)
    seq: int = 0

    def join(self) -> None:
        self.socket = self.site.open(f"/ws/attempts/{self.attempt.uuid}", self.session)
        hello = self.socket.read(20)
        assert {one["item"]: one["seq"] for one in hello["saved"]} == self.acked

    def answer(self, item: int) -> None:
        self.seq += 1
        said: dict[str, Any] = {"retry_ms": 0}
        while "retry_ms" in said:
            self.socket.send({"t": "answer", "item": item, "choice": [1], "seq": self.seq})
            said = self.socket.read(20)
        assert said["t"] == "saved"
        self.acked[said["item"]] = said["seq"]

    def submit_everywhere_twice(self) -> set[str]:
        """Submit from four tabs at once, two at each process, and return the receipts."""
        urls = [f"{web.origin}/api/attempts/{self.attempt.uuid}/submit" for web in self.site.webs] * 2
        headers = {"X-Session-Token": self.session}
        with ThreadPoolExecutor(4) as tabs:
            told = list(tabs.map(lambda url: httpx.post(url, json={}, headers=headers, timeout=20), urls))
        assert [one.status_code for one in told] == [200] * 4
        return {one.json()["receipt"] for one in told}


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        with ThreadPoolExecutor(2) as starting:
            workers = [stack.enter_context(process("worker", "--concurrency", "1")) for _ in range(2)]
            # A message that the killed worker had taken is given back much later; beat's next one does the same.
            stack.enter_context(process("beat"))
            webs = list(
                starting.map(lambda name: serve(tmp_path / name, ALLOWED_ORIGINS=origin), ("first.log", "second.log"))
            )
        for web in webs:
            stack.callback(web.stop)
        stack.enter_context(front([web.port for web in webs], port=port, folder=tmp_path))
        wait_for(lambda: valkey.get(keys.heartbeat("worker")), timeout_s=START_S)
        yield Site(origin, webs, workers, stack)


@pytest.fixture
def one_round(transactional_db: None) -> Round:
    return make_contest(now=clock.now()).rounds.get()


@pytest.fixture
def phones(site: Site, one_round: Round) -> list[Phone]:
    ward = make_unit()
    people: list[Person] = [make_person(territory=ward) for _ in range(CITIZENS)]
    return [
        Phone(site, start_attempt(person=person, round=one_round, now=clock.now())[0], sign_in(person))
        for person in people
    ]


def people_told(watcher: Socket, *, wanted: int) -> int:
    """Read ticks until one tells so many people."""
    while True:
        said = json.loads(watcher.connection.recv(timeout=START_S))
        if said["t"] == "tick" and said["data"]["people"] >= wanted:
            return int(said["data"]["people"])


def watch(site: Site, one_round: Round) -> Socket:
    socket = site.open("/ws/topics")
    socket.send({"t": "sub", "topics": [keys.round_topic(one_round.uuid)]})
    return socket


def writing_processes() -> int:
    """How many web processes hold a flusher's connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'hoithi answers' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def is_cut(phone: Phone) -> bool:
    try:
        phone.socket.ask({"t": "ping"})
    except ConnectionClosed:
        return True
    return False


def test_two_of_each_count_as_one_and_one_of_each_is_enough(site: Site, phones: list[Phone], one_round: Round):
    others = writing_processes()  # a server that another test of this run keeps
    watchers = [watch(site, one_round) for _ in range(2)]
    for phone in phones:
        phone.join()
    for item in ITEMS[:2]:
        for phone in phones:
            phone.answer(item)
    assert writing_processes() == others + 2

    first_half, second_half = phones[: CITIZENS // 2], phones[CITIZENS // 2 :]
    receipts = [phone.submit_everywhere_twice() for phone in first_half]
    assert [len(one) for one in receipts] == [1] * len(first_half)
    # Whichever process and worker had the submission: its tick reaches the watchers of both.
    assert [people_told(watcher, wanted=len(first_half)) for watcher in watchers] == [len(first_half)] * 2

    site.webs[0].process.kill()
    site.workers[0].kill()
    site.webs[0].process.wait(20)
    moved = [phone for phone in second_half if is_cut(phone)]
    assert 0 < len(moved) < len(second_half)
    for phone in moved:
        phone.join()
    for phone in second_half:
        phone.answer(ITEMS[2])
        phone.answer(ITEMS[0])
        told = httpx.post(
            f"{site.origin}/api/attempts/{phone.attempt.uuid}/submit",
            json={},
            headers={"X-Session-Token": phone.session},
            timeout=20,
        )
        assert told.status_code == 200

    assert people_told(watch(site, one_round), wanted=CITIZENS) == CITIZENS
    wait_for(lambda: not StatEvent.objects.exists(), timeout_s=START_S)
    all_correct = Result.objects.filter(is_all_correct=True).count()
    assert count_all(Scope.of(one_round)) == Counts(entries=CITIZENS, people=CITIZENS, all_correct=all_correct)
    assert recount().is_exact
    assert sorted(Result.objects.values_list("attempt_id", flat=True)) == [phone.attempt.pk for phone in phones]
    stored: dict[int, dict[int, int]] = {phone.attempt.pk: {} for phone in phones}
    for attempt_id, item, seq in Answer.objects.values_list("attempt_id", "item", "seq"):
        stored[attempt_id][item] = seq
    assert stored == {phone.attempt.pk: phone.acked for phone in phones}
