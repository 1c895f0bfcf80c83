"""Anybody can compute the fingerprint of the rules again, from what the server hands out or from what is stored."""

import hashlib
import json

import pytest

from backend.core.rules.prizes import Prize
from tests.factories import make_contest

pytestmark = pytest.mark.django_db
RULES = {
    "minimum_age": 16,
    "open_to": "công dân từ đủ 16 tuổi",
    "prizes": (Prize("Giải Nhất", 1, 10_000_000), Prize("Giải tập thể", to="unit", by="people", place=1)),
    "outside": ("Bài viết cảm nghĩ, chấm riêng",),
}


@pytest.mark.parametrize("rules", [{}, RULES], ids=["first nine rules", "others too"])
def test_the_hash_shown_is_that_of_the_file_and_of_the_rules_stored(client, rules) -> None:
    contest = make_contest(key="thu", rules=rules)

    shown = client.get("/api/contests/thu").json()["rulebook_hash"]
    file = client.get("/api/contests/thu/rulebook")

    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/json")
    assert hashlib.sha256(file.content).hexdigest() == shown
    # Written again by hand from the JSON: keys sorted, no spaces, letters as they are, no end of line.
    again = json.dumps(json.loads(file.content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == file.content
    contest.refresh_from_db()
    stored = json.dumps(contest.rulebook, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(stored.encode()).hexdigest() == shown == contest.rulebook_hash


def test_another_rule_is_another_hash(client) -> None:
    make_contest(key="mot", rules={"attempts_per_round": 1})
    make_contest(key="hai", rules={"attempts_per_round": 2})

    files = [client.get(f"/api/contests/{key}/rulebook").content for key in ("mot", "hai")]

    assert len({hashlib.sha256(one).hexdigest() for one in files}) == 2


def test_a_browser_that_opens_the_address_gets_the_file(client) -> None:
    make_contest(key="thu")

    response = client.get("/api/contests/thu/rulebook", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert (response.status_code, response.json()["question_count"]) == (200, 3)


def test_no_contest_has_no_file(client) -> None:
    response = client.get("/api/contests/khong-co/rulebook")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
