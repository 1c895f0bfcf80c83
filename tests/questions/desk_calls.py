"""What the tests of the question desk send to it over HTTP."""

import json
from datetime import UTC, datetime

ADDRESS = "/api/staff/questions"
NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)


def body(**changed):
    return {
        "stem": "Năm nào là mốc tầm nhìn?",
        "kind": "single",
        "options": [{"option": n, "text": text} for n, text in enumerate(["2025", "2030", "2045"], start=1)],
        "key_options": [3],
        "accepted": [],
        "explanation": "Tầm nhìn đến năm 2045.",
        "topic": "kinh-te",
        "difficulty": 2,
        "valid_as_of": "2026-11-01",
        "citations": [{"document": "15-nq-tw-2022", "clause_path": "II.1", "quote": "tầm nhìn đến năm 2045"}],
        **changed,
    }


def written(kind="short_text", *accepted, **changed):
    """A body that is answered in words."""
    return body(kind=kind, options=[], key_options=[], accepted=list(accepted), **changed)


def send(client, method, address, data=None, **headers):
    return client.generic(
        method, address, json.dumps(data) if data is not None else "", "application/json", headers=headers
    )


def create(client, **changed):
    answer = send(client, "POST", ADDRESS, body(**changed))
    assert answer.status_code == 201, answer.json()
    return answer.json()


def refusal(answer):
    return answer.status_code, answer.json()["code"], sorted(answer.json().get("fields", {}))
