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

    One attempt was flagged and is voided, for another it is asked; the board of the round that is over is frozen and
    its publication waits for the second person.
    Without DATABASE_URL in `env` there is no `released` address: only the rows can put a sitting into the past.
    """
    names = ("visitor", "citizen", "voided", "author", "organizer", "board")
    people = {name: visit(browser, url, **options) for name in names}
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
    sign_up(people["voided"], name="Lê Thị Hoa")
    addresses["voided"] = play(people["voided"], current, prediction=20, is_odd=True)
    _decide(people["author"], people["organizer"], addresses)
    if env.get("DATABASE_URL"):
        addresses["released"] = str(set_stage(env, "closed-result", person.email)["attempt"])
        addresses |= _incident(people["author"], people["organizer"], set_stage(env, "wrong-key", person.email))
        essays = set_stage(env, "essays", person.email)
        addresses |= {"essay_contest": str(essays["contest"]), "essay_attempt": str(essays["attempt"])}
    return Scene(people=people, addresses=addresses)


def _decide(author: Visit, second: Visit, addresses: Mapping[str, str]) -> None:
    """Void one attempt, ask for another, freeze the board of the round that is over and ask for its publication."""
    base = f"/api/staff/contests/{addresses['contest']}"
    for name, reason in (
        ("voided", "Một người làm bài cho nhiều tài khoản; đã đối chiếu nhật ký ngày 24-11."),
        ("result", "Có phản ánh thi hộ, đang chờ xác minh."),
    ):
        made = call(author, "POST", f"{base}/voidings", {"attempts": [addresses[name]], "reason": reason})
        if name == "voided":
            call(second, "POST", f"{base}/voidings/{made['uuid']}/approve", {"reason": "Đúng như biên bản."})
    boards = call(author, "GET", f"{base}/boards")["results"]
    board = next(one for one in boards if one["round"] == addresses["closed_round"])
    # A scene may have been made on this instance before.
    for step in ("freeze", "propose"):
        if board["can"][step]:
            call(author, "POST", f"{base}/boards/{board['round']}/{step}", {"reason": "Giữ kết quả đến lễ trao giải."})


def _waiting_question(author: Visit) -> str:
    """Send a question to review, so that the queue has something to show."""
    known = call(author, "GET", "/api/staff/questions?state=approved&kind=single&limit=1")["results"][0]
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
