"""Attack 36: questions whose explanations would be recognized anywhere, and every way a citizen has to look."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.urls import URLPattern

from backend.accounts.models import Person
from backend.attempts.models import Attempt
from backend.contests.models import Round
from backend.infra import clock
from backend.participation.services import drain_all
from backend.questions.models import Citation, QuestionVersion
from tests.attacks.conftest import browser_of
from tests.attacks.serving import METRICS_TOKEN, Live
from tests.attacks.test_matrix import EXPECTED, routes
from tests.attempts.serving import Opener, sign_in, token_of
from tests.factories import make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)

EXPLANATION = "CANARY-EXPLANATION"
QUOTE = "CANARY-QUOTE"
ACCEPTED = "CANARY-ACCEPTED"
# Names under which a key could travel.
TELLTALES = (
    *("is_key", "key_options", "accepted", "is_correct", "explanation", "key_version", "content_hash"),
    *('"seed"', '"paper"'),
)


@pytest.fixture
def marked(open_round: Round) -> list[QuestionVersion]:
    """Mark every question of the pool where only its key's side is."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Approved questions are guarded by triggers against what is done here.
        cursor.execute("SET LOCAL session_replication_role = replica")
        QuestionVersion.objects.update(explanation=EXPLANATION, accepted=[ACCEPTED])
        Citation.objects.update(quote=QUOTE)
    return list(QuestionVersion.objects.all())


@pytest.fixture
def filled_in(marked: list[QuestionVersion]) -> None:
    """Let every question of the pool be one that is filled in: its accepted texts are its key."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        QuestionVersion.objects.update(kind="short_text", options=[], key=[])


def look_everywhere(http: httpx.Client, headers: dict[str, str], attempt: str, round_: Round) -> dict[str, str]:
    """Ask every address of the product, in every method and a few wrong ways; return what was said."""
    said: dict[str, str] = {}
    key = round_.contest.key
    twists = ("", "?expand=key,items,explanation&fields=key&include=explanation&ordering=key")
    for method, route in [*EXPECTED, *(("options", route) for _, route in EXPECTED)]:
        uuid = round_.uuid if "rounds/" in route else attempt
        path = "/" + route.replace("<uuid:uuid>", str(uuid)).replace("<slug:key>", key)
        if (method, "submit" in route) == ("post", True):
            continue  # it would end the attempt: asked at its own time
        for twist in twists if method == "get" else ("",):
            response = http.request(method, path + twist, headers=headers, json=None if method == "get" else {})
            said[f"{method} {path}{twist}"] = response.text + str(response.headers)
    wrong = {"answers": [{"item": 1, "choice": [9], "seq": 1}, {"item": 99, "choice": [1], "seq": 2}]}
    said["wrong answers"] = http.post(f"/api/attempts/{attempt}/answers", json=wrong, headers=headers).text
    for path in (
        "/",
        f"/thi/{attempt}",
        f"/ket-qua/{attempt}",
        "/quan-tri",
        "/api/schema",
        "/metrics",
        "/livez",
        "/readyz",
    ):
        said[path] = http.get(path, headers={**headers, "Authorization": f"Bearer {METRICS_TOKEN}"}).text
    return said


def listen_everywhere(open_socket: Opener, session: str, attempt: str, round_: Round) -> list[Any]:
    """Speak to both sockets, rightly and wrongly; return what was said."""
    socket = open_socket(attempt, session=session)
    said = [socket.read(), socket.answer(1, [1], 10), socket.answer(1, [2], 10), socket.answer(9, [1], 11)]
    said += [socket.ask(one) for one in ({"t": "key"}, {"t": "ping"}, {"t": "submit", "prediction": "x"}, "nonsense")]
    topics = open_socket(path="/ws/topics", session=session)
    for name in (f"round:{round_.uuid}", f"key:{round_.uuid}", f"live:{attempt}"):
        topics.send({"t": "sub", "topics": [name]})
        said.append(topics.read())
    return said


def hits(said: Any, *needles: str) -> list[str]:
    texts = said if isinstance(said, dict) else {"": json.dumps(said, ensure_ascii=False)}
    return [where for where, text in texts.items() if any(one in text for one in needles)]


def test_36_no_key_reaches_anybody_before_the_release(
    live: Live, http: httpx.Client, open_socket: Opener, open_round: Round, citizen: Person, marked: Any
):
    session = sign_in(citizen)
    headers = {"X-Session-Token": session}
    attempt = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers).json()["uuid"]

    before = look_everywhere(http, headers, attempt, open_round)
    heard = listen_everywhere(open_socket, session, attempt, open_round)
    http.post(f"/api/attempts/{attempt}/submit", json={"prediction": 1}, headers=headers)
    after = look_everywhere(http, headers, attempt, open_round)
    stranger = look_everywhere(http, token_of(make_person(territory=make_unit())), attempt, open_round)
    nobody = look_everywhere(http, {}, attempt, open_round)

    for said in (before, after, stranger, nobody, heard):
        assert hits(said, EXPLANATION, QUOTE, ACCEPTED) == []
    for said in (before, after, stranger, nobody):
        known = {f"get /api/attempts/{attempt}/result"}  # says `keys_released: false`, and nothing else of keys
        assert [one for one in hits(said, *TELLTALES) if one not in known] == []
    assert hits({"log": live.printed()}, EXPLANATION, ACCEPTED) == []


def test_36_no_accepted_text_reaches_anybody_before_the_release(
    live: Live, http: httpx.Client, open_socket: Opener, open_round: Round, citizen: Person, filled_in: None
):
    session = sign_in(citizen)
    headers = {"X-Session-Token": session}
    attempt = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers).json()["uuid"]

    before = look_everywhere(http, headers, attempt, open_round)
    heard = listen_everywhere(open_socket, session, attempt, open_round)
    http.post(f"/api/attempts/{attempt}/submit", json={"prediction": 1}, headers=headers)
    after = look_everywhere(http, headers, attempt, open_round)
    stranger = look_everywhere(http, token_of(make_person(territory=make_unit())), attempt, open_round)
    nobody = look_everywhere(http, {}, attempt, open_round)

    assert '"kind":"short_text"' in before[f"get /api/attempts/{attempt}"].replace(" ", "")
    for said in (before, after, stranger, nobody, heard):
        assert hits(said, EXPLANATION, QUOTE, ACCEPTED) == []
    assert ACCEPTED not in live.printed()


def test_36_what_is_kept_in_valkey_and_logged_carries_no_key(
    live: Live, http: httpx.Client, open_round: Round, citizen: Person, marked: Any
):
    from backend.infra import valkey

    headers = token_of(citizen)
    attempt = http.post(f"/api/rounds/{open_round.uuid}/attempts", headers=headers).json()["uuid"]
    http.post(f"/api/attempts/{attempt}/submit", json={}, headers=headers)
    drain_all()
    http.get(f"/api/rounds/{open_round.uuid}/standings")

    client = valkey.client()
    kept = [str(client.dump(key)) for key in client.scan_iter("*")]
    assert [one for one in kept if EXPLANATION in one or QUOTE in one or ACCEPTED in one] == []


def test_36_after_the_release_the_own_result_tells_and_nothing_else_does(
    http: httpx.Client, open_round: Round, citizen: Person, marked: Any
):
    attempt = browser_of(citizen).post(f"/api/rounds/{open_round.uuid}/attempts").json()["uuid"]
    browser_of(citizen).post(f"/api/attempts/{attempt}/submit", {}, content_type="application/json")
    Round.objects.update(
        opens_at=clock.now() - timedelta(days=2),
        closes_at=clock.now() - timedelta(days=1),
        keys_release_at=clock.now() - timedelta(days=1),
    )

    own = look_everywhere(http, token_of(citizen), attempt, open_round)
    stranger = look_everywhere(http, token_of(make_person(territory=make_unit())), attempt, open_round)

    telling = set(hits(own, EXPLANATION))
    assert telling == {one for one in own if one.startswith(f"get /api/attempts/{attempt}/result")}
    assert hits(stranger, EXPLANATION, QUOTE, ACCEPTED) == []


def test_36_errors_and_objects_do_not_print_keys(marked: list[QuestionVersion]):
    printed = [repr(one) + str(one) for one in (*marked, *(one.question for one in marked), *Attempt.objects.all())]

    assert [one for one in printed if EXPLANATION in one or ACCEPTED in one or "Phương án" in one] == []


def test_36_the_pages_that_are_served_hold_no_question():
    """The built front end against the product's own bank: no stem, no option, no explanation of it."""
    built = sorted((settings.BASE_DIR / "frontend" / "dist").rglob("*.js"))
    if not built:
        pytest.skip("frontend/dist is not built")
    bank = [
        text.strip()
        for file in sorted((settings.QUESTION_BANK_DIR / "questions").glob("*.yaml"))
        for text in _long_texts(file.read_text())
    ]
    code = "\n".join(one.read_text() for one in built)

    assert len(bank) > 120
    assert [one for one in bank if one in code] == []


def _long_texts(yaml_text: str) -> list[str]:
    import yaml

    def walk(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [text for one in node.values() for text in walk(one)]
        if isinstance(node, list):
            return [text for one in node for text in walk(one)]
        return [node] if isinstance(node, str) and len(node) > 40 else []

    return walk(yaml.safe_load(yaml_text))


def test_the_crawl_knows_every_address():
    """`look_everywhere` walks the matrix; what the matrix lacks would not be looked at."""
    known = {route for _, route in EXPECTED}
    served = {path for path, pattern in routes() if isinstance(pattern, URLPattern) and path.startswith("api/")}

    assert served == known
