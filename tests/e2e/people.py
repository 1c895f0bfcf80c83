"""People at the public interface: signing up and in without clicking, where the clicking is another test's matter."""

import secrets
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import APIResponse

from tests.e2e.browser import Visit

PASSWORD = "mua-thu-ha-noi-2026"  # of the people made here alone
DEMO_PASSWORD = "hoithi-2026"
ORGANIZER = "bientap@hoithi.test"
SECOND_ORGANIZER = "thamdinh@hoithi.test"
BOARD = "bantuyengiao@hoithi.test"
CONTEST_PREFIX = "tim-hieu-nghi-quyet-15"


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who has signed up."""

    email: str
    name: str
    password: str = PASSWORD


def new_citizen(name: str = "Vũ Thị Thử") -> Citizen:
    return Citizen(email=f"thu-{secrets.token_hex(5)}@vidu.test", name=name)


def call(visit: Visit, method: str, path: str, body: object = None) -> Any:
    """Call the interface with this device's session and return the body; raises where it refuses."""
    response = send(visit, method, path, body)
    assert response.ok, f"{method} {path}: {response.status} {response.text()[:300]}"
    return response.json() if response.text() else None


def send(visit: Visit, method: str, path: str, body: object = None) -> APIResponse:
    headers = {"Accept": "application/json", "Origin": visit.url}
    if method != "GET":
        headers["X-CSRFToken"] = _csrf_token(visit)
    return visit.context.request.fetch(visit.url + path, method=method, data=body, headers=headers)


def _csrf_token(visit: Visit) -> str:
    for _ in range(2):
        for cookie in visit.context.cookies(visit.url):
            if cookie["name"] == "csrftoken":
                return cookie["value"]
        visit.context.request.get(f"{visit.url}/_allauth/browser/v1/config")
    raise AssertionError("no CSRF cookie came")


def sign_up(visit: Visit, *, ward: str = "hoan kiem", name: str = "Vũ Thị Thử") -> Citizen:
    """Make an account with a ward, signed in on this device."""
    citizen = new_citizen(name)
    version = call(visit, "GET", "/api/consents/current")["version"]
    body = {
        "email": citizen.email,
        "password": citizen.password,
        "display_name": citizen.name,
        "consent": True,
        "consent_version": version,
    }
    call(visit, "POST", "/_allauth/browser/v1/auth/signup", body)
    if ward:
        call(visit, "PATCH", "/api/me", {"territory": find_ward(visit, ward)["id"]})
    return citizen


def sign_in(visit: Visit, email: str, password: str = DEMO_PASSWORD) -> None:
    call(visit, "POST", "/_allauth/browser/v1/auth/login", {"email": email, "password": password})


def find_ward(visit: Visit, text: str) -> dict[str, Any]:
    found: dict[str, Any] = call(visit, "GET", f"/api/units?facet=territory&q={text.replace(' ', '+')}")["results"][0]
    return found


def demo_contest(visit: Visit) -> dict[str, Any]:
    """Return the demo contest, of which a round is open."""
    for contest in call(visit, "GET", "/api/contests")["results"]:
        if contest["key"].startswith(CONTEST_PREFIX) and any(one["state"] == "open" for one in contest["rounds"]):
            return dict(contest)
    raise AssertionError("no demo contest with an open round")


def round_of(contest: dict[str, Any], state: str) -> dict[str, Any]:
    return next(dict(one) for one in contest["rounds"] if one["state"] == state)


def start_attempt(visit: Visit, round_uuid: str) -> dict[str, Any]:
    return dict(call(visit, "POST", f"/api/rounds/{round_uuid}/attempts", {}))


def play(visit: Visit, round_uuid: str, *, prediction: int | None = None, is_odd: bool = False) -> str:
    """Sit a whole attempt without a browser page and return its uuid: the first option everywhere.

    An odd one is flagged twice: faster than a person, and one `seq` with two choices. It ends with the same answers.
    """
    paper = start_attempt(visit, round_uuid)
    answers = [{"item": item["item"], "choice": [1], "seq": seq} for seq, item in enumerate(paper["items"], start=1)]
    call(visit, "POST", f"/api/attempts/{paper['uuid']}/answers", {"answers": answers})
    if is_odd:
        again = [{**answers[-1], "seq": seq} for seq in range(len(answers) + 1, 100)]
        call(visit, "POST", f"/api/attempts/{paper['uuid']}/answers", {"answers": again})
        call(visit, "POST", f"/api/attempts/{paper['uuid']}/answers", {"answers": [{**again[-1], "choice": [2]}]})
    call(visit, "POST", f"/api/attempts/{paper['uuid']}/submit", {"prediction": prediction})
    return str(paper["uuid"])
