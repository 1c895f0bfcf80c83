"""Attacks 41 and 93: one identity number, two accounts; and where a number that was stated can be found again."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from backend.accounts.models import Identity, Person
from backend.contests.models import Round
from backend.infra import clock, valkey
from tests.attacks.dumping import dump
from tests.attacks.serving import Live
from tests.attempts.serving import sign_in
from tests.factories import make_contest, make_person, make_unit

pytestmark = pytest.mark.django_db(transaction=True)
# Of nobody: no card ends in five zeros and a seven that was made up here.
CANARY = "001190000007"
SPACED = "001 190 000 007"


@pytest.fixture
def demanding(transactional_db: None) -> Round:
    """A round of a contest whose rules demand an identity number."""
    return make_contest(now=clock.now(), rules={"identity": "number"}).rounds.get()


def citizen(name: str = "Nguyễn Thị Thử") -> tuple[Person, dict[str, str]]:
    person = make_person(name=name, territory=make_unit())
    return person, {"X-Session-Token": sign_in(person)}


def state(http: httpx.Client, headers: dict[str, str], number: str = CANARY) -> httpx.Response:
    return http.put("/api/me/identity", json={"number": number}, headers=headers)


def test_41_the_same_number_on_two_accounts_is_409_and_names_nobody(http: httpx.Client, demanding: Round):
    holder, first = citizen("Canary Holder")
    _, second = citizen()
    address = f"/api/rounds/{demanding.uuid}/attempts"

    without = http.post(address, headers=first)
    taken = state(http, first)
    refused = state(http, second, SPACED)
    started, barred = http.post(address, headers=first), http.post(address, headers=second)

    assert (without.status_code, without.json()) == (
        409,
        {
            "code": "identity_needed",
            "detail": "Thể lệ hội thi này yêu cầu số căn cước. Khai số căn cước trong hồ sơ trước khi thi.",
        },
    )
    assert (taken.status_code, started.status_code) == (200, 201)
    assert (refused.status_code, refused.json()) == (
        409,
        {
            "code": "identity_in_use",
            "detail": "Số căn cước này đã được khai ở một tài khoản khác. Nếu đúng là số của bạn, hãy báo ban tổ chức.",
        },
    )
    told = refused.text + str(refused.headers)
    assert [one for one in ("Canary", holder.email, str(holder.uuid), CANARY) if one in told] == []
    assert (barred.status_code, barred.json()["code"]) == (409, "identity_needed")
    assert [row.locked_at is not None for row in Identity.objects.all()] == [True]


def test_41_of_two_accounts_at_one_instant_one_gets_the_number(live: Live, demanding: Round):
    people = [citizen() for _ in range(6)]

    def once(headers: dict[str, str]) -> tuple[int, str]:
        answer = httpx.put(f"{live.origin}/api/me/identity", json={"number": CANARY}, headers=headers, timeout=30)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(len(people)) as pool:
        told = sorted(pool.map(once, [headers for _, headers in people]))

    assert told == [(200, ""), *[(409, "identity_in_use")] * 5]
    assert Identity.objects.count() == 1


def test_41_nobody_can_try_numbers_out(http: httpx.Client, demanding: Round):
    _, headers = citizen()
    state(http, citizen()[1])
    # What is no number is no try.
    for number in ["1", "001", "9" + CANARY] * 4:
        state(http, headers, number)

    told = [state(http, headers) for _ in range(11)]

    assert [one.status_code for one in told] == [*[409] * 10, 429]
    assert int(told[-1].headers["Retry-After"]) > 3600


def test_41_nor_with_many_accounts_at_one_place(http: httpx.Client, demanding: Round):
    state(http, citizen()[1])

    told: list[int] = []
    while 429 not in told:
        _, headers = citizen()
        told += [state(http, headers).status_code for _ in range(10)]
        assert len(told) <= 400

    assert told == [409] * 300 + [429] * 10


def test_93_a_stated_number_is_in_no_answer_log_cache_or_dump(live: Live, http: httpx.Client, demanding: Round):
    person, headers = citizen()
    began = len(live.printed())
    answers = [
        state(http, headers),
        state(http, headers, SPACED),
        state(http, citizen()[1]),
        state(http, headers, CANARY[:-1]),
        state(http, headers, "9" + CANARY),
        http.put("/api/me/identity", json={"number": [CANARY]}, headers=headers),
        http.put("/api/me/identity", json={"number": CANARY, "more": CANARY}, headers=headers),
        http.put("/api/me/identity", content=f"{{{CANARY}", headers={**headers, "Content-Type": "application/json"}),
        http.put("/api/me/identity", content=CANARY, headers={**headers, "Content-Type": "text/plain"}),
        http.post("/api/me/identity", json={"number": CANARY}, headers=headers),
        http.put("/api/me/identity", json={"number": CANARY}),
        http.patch("/api/me", json={"display_name": f"A {CANARY}\0"}, headers=headers),
        http.get("/api/me/identity", headers=headers),
        http.get("/api/me", headers=headers),
        http.post(f"/api/rounds/{demanding.uuid}/attempts", headers=headers),
        http.delete("/api/me/identity", headers=headers),
    ]
    attempt = answers[-2].json()["uuid"]
    answers.append(http.post(f"/api/attempts/{attempt}/submit", json={}, headers=headers))

    places = {
        "answers": "".join(f"{one.text} {one.headers} {one.url}" for one in answers),
        "log": live.printed()[began:],
        "valkey": repr([(key, valkey.client().dump(key)) for key in valkey.client().scan_iter("*")]),
        "dump": dump(),
    }
    hidden = forms_of(CANARY)
    statuses = [one.status_code for one in answers]
    assert statuses == [200, 200, 409, 400, 400, 400, 400, 400, 415, 405, 401, 400, 200, 200, 201, 409, 200]
    assert "•••••••••007" in places["answers"]
    assert str(person.uuid) in places["log"]
    assert bytes(Identity.objects.get().sealed).hex() in places["dump"]
    assert [(place, one) for place, text in places.items() for one in hidden if one in text] == []


def forms_of(number: str) -> list[str]:
    """The number as a person, a byte dump or a careless program might have written it."""
    digests = [hashlib.new(name, number.encode()).hexdigest() for name in ("md5", "sha1", "sha256")]
    return [number, SPACED, number.encode().hex(), number[3:], str(int(number)), *digests]
