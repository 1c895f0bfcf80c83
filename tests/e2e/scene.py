"""Everybody whom the pages are shown to, each on a device of their own, with something to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from tests.e2e.browser import Visit, visit
from tests.e2e.people import (
    BOARD,
    ORGANIZER,
    SECOND_ORGANIZER,
    call,
    demo_contest,
    play,
    round_of,
    sign_in,
    sign_up,
    start_attempt,
)
from tests.e2e.stage import set_stage
from tests.e2e.wrong_key import compute, propose, regrades_of


@dataclass(frozen=True, slots=True)
class Scene:
    """The people by name, and the parts of the addresses that their pages have."""

    people: dict[str, Visit]
    addresses: dict[str, str]

    def close(self) -> None:
        for person in self.people.values():
            person.context.close()


def make_scene(browser: Browser, url: str, *, env: Mapping[str, str], **options: Any) -> Scene:
    """Let a citizen finish one attempt, begin another and have one in the round that is over; an author await review.

    Without DATABASE_URL in `env` there is no `released` address: only the rows can put a sitting into the past.
    """
    people = {name: visit(browser, url, **options) for name in ("visitor", "citizen", "author", "organizer", "board")}
    citizen = people["citizen"]
    person = sign_up(citizen, name="Nguyễn Thu Hà")
    contest = demo_contest(citizen)
    current = str(round_of(contest, "open")["uuid"])
    sign_in(people["author"], ORGANIZER)
    sign_in(people["organizer"], SECOND_ORGANIZER)
    sign_in(people["board"], BOARD)
    addresses = {
        "contest": str(contest["key"]),
        "open_round": current,
        "closed_round": str(round_of(contest, "closed")["uuid"]),
        "coming_round": str(round_of(contest, "upcoming")["uuid"]),
        "result": play(citizen, current, prediction=20),
        "attempt": str(start_attempt(citizen, current)["uuid"]),
        "question": _waiting_question(people["author"]),
    }
    if env.get("DATABASE_URL"):
        addresses["released"] = str(set_stage(env, "closed-result", person.email)["attempt"])
        addresses |= _incident(people["author"], people["organizer"], set_stage(env, "wrong-key", person.email))
    return Scene(people=people, addresses=addresses)


def _waiting_question(author: Visit) -> str:
    """Send a question to review, so that the queue has something to show."""
    known = call(author, "GET", "/api/staff/questions?state=approved&limit=1")["results"][0]
    full = call(author, "GET", f"/api/staff/questions/{known['uuid']}")
    names = ("kind", "options", "key_options", "explanation", "topic", "difficulty", "valid_as_of")
    body = {name: full[name] for name in names}
    body["stem"] = f"{full['stem']} (soạn lại)"
    body["citations"] = [
        {"document": one["document"], "clause_path": one["clause_path"], "quote": one["quote"]}
        for one in full["citations"]
    ]
    made = call(author, "POST", "/api/staff/questions", body)["uuid"]
    call(author, "POST", f"/api/staff/questions/{made}/submit", {})
    return str(made)


def _incident(author: Visit, second: Visit, staged: dict[str, Any]) -> dict[str, str]:
    """Correct a wrong key: one set given up, one in force, and a third that waits for the second person."""
    contest, truth, key = staged["contest"], staged["truth"], staged["key"]
    given_up = propose(author, staged, keys=[key, [truth]], reason="Báo nhầm câu.")
    call(author, "POST", f"{regrades_of(contest)}/{given_up}/cancel", {"reason": "Đối chiếu lại: câu báo là câu khác."})
    in_force = propose(author, staged, keys=[[truth]], reason="Ba người báo; văn bản ghi khác đáp án.")
    compute(author, staged, in_force)
    call(second, "POST", f"{regrades_of(contest)}/{in_force}/approve", {"reason": "Đã đối chiếu bản gốc."})
    call(author, "POST", f"{regrades_of(contest)}/{in_force}/apply", {})
    waiting = propose(author, staged, keys=[key, [truth]], reason="Câu hỏi hiểu được hai cách.")
    compute(author, staged, waiting)
    return {
        "wrong_contest": contest,
        "wrong_round": str(staged["round"]),
        "wrong_question": str(staged["question"]),
        "corrected": str(staged["attempt"]),
        "set_given_up": given_up,
        "set_in_force": in_force,
        "set_waiting": waiting,
    }
