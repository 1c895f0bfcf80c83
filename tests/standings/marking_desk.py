"""What the tests of the marking desk ask of it over HTTP."""

from typing import Any

from django.test import Client

from backend.accounts.models import Person
from backend.contests.models import Round
from backend.results.models import Regrade
from tests.factories import make_person, make_unit
from tests.results.essays import essay_contest

BASE = "/api/staff/contests/hoi-thi/essays"


def one_of(**fields: Any) -> Round:
    return essay_contest(key="hoi-thi", **fields).rounds.get(number=1)


def ask_next(client: Client, **given: Any) -> Any:
    return client.post(f"{BASE}/next", given, content_type="application/json")


def put_mark(client: Client, sheet: str, points: Any, **given: Any) -> Any:
    return client.put(f"{BASE}/{sheet}/mark", {"points": points, **given}, content_type="application/json")


def counts(client: Client) -> dict[str, int]:
    found: dict[str, int] = client.get(BASE).json()["rounds"][0]["counts"]
    return found


def citizen(name: str) -> Person:
    return make_person(name=name, territory=make_unit())


def only_set() -> Any:
    return Regrade.objects.get()
