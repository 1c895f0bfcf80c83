"""A small bank on disk that tests spoil line by line, and people who work at the desk."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from backend.accounts.enums import Role
from backend.accounts.models import Person
from backend.questions.bank import Bank, BankRefused, read_bank, read_files
from backend.questions.services import BankCounts, store_bank
from tests.factories import make_person, make_question

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)

TOPICS = """\
topics:
  - {key: kinh-te, name_vi: "Kinh tế", name_en: "Economy", order: 1}
  - {key: do-thi, name_vi: "Đô thị", name_en: "City", order: 2}
"""
DOCUMENT = """\
key: 12-nq-cp-2023
number: "12/NQ-CP"
type: nghi-quyet
issuer: "Chính phủ"
term: null
issued_on: 2023-02-07
effective_on: 2023-02-07
title: "Chương trình hành động"
short_title: "Nghị quyết 12/NQ-CP"
status: in_force
full_text: false
clauses:
  - {path: CT, label: "Chương trình", heading: "Chương trình", summary: "Gồm hai mục."}
  - {path: CT.I, label: "Mục I", heading: "Mục tiêu", summary: "Các chỉ tiêu."}
  - {path: CT.II, label: "Mục II", heading: "Giải pháp", summary: "Các nhóm việc."}
"""
QUESTIONS = """\
document: 12-nq-cp-2023
questions:
  - key: kt-001
    topic: kinh-te
    difficulty: 1
    kind: single
    stem: "Theo Nghị quyết 12/NQ-CP, GRDP năm 2030 là bao nhiêu?"
    options: {a: "8 USD", b: "10 USD", c: "12 USD", d: "15 USD"}
    answer: [c]
    explanation: "Chỉ tiêu là 12 USD."
    cite:
      - {clause: CT.I, quote: "đạt 12 USD"}
    facts: [F20]
    valid_as_of: 2026-11-01
    status: approved
  - key: kt-002
    topic: do-thi
    difficulty: 3
    kind: multiple
    stem: "Theo Nghị quyết 12/NQ-CP, những việc nào thuộc nhóm giải pháp?"
    options: {a: "Một", b: "Hai", c: "Ba", d: "Bốn"}
    answer: [a, d]
    explanation: "Hai việc này ở mục II."
    cite:
      - {clause: CT.II}
      - {clause: CT.I}
    facts: []
    valid_as_of: 2026-11-01
    status: draft
"""


class Folder:
    """A bank on disk. `edit` replaces text that must be there once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in {
            "topics.yaml": TOPICS,
            "documents/12-nq-cp-2023.yaml": DOCUMENT,
            "questions/kinh-te.yaml": QUESTIONS,
        }.items():
            self.write(name, text.encode())

    def write(self, name: str, content: bytes) -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(content)

    def edit(self, old: str, new: str, name: str = "questions/kinh-te.yaml") -> None:
        text = (self.path / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        self.write(name, text.replace(old, new).encode())

    def read(self) -> Bank:
        return read_bank(read_files(self.path), today=TODAY)

    def errors(self) -> list[str]:
        """Return "file:line code" of every error, in order."""
        with pytest.raises(BankRefused) as refusal:
            self.read()
        return [f"{error.file}:{error.line} {error.code}" for error in refusal.value.errors]

    def store(self, *, retire: bool = False) -> BankCounts:
        files = read_files(self.path)
        bank = read_bank(files, today=TODAY)
        return store_bank(bank=bank, content_hash=files.fingerprint(), now=NOW, retire=retire)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def author(db: None) -> Person:
    return make_person(name="Trần Thị Soạn", roles=[Role.ORGANIZER])


@pytest.fixture
def reviewer(db: None) -> Person:
    return make_person(name="Lê Văn Duyệt", roles=[Role.ORGANIZER])


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def topic_of_bodies(db: None) -> None:
    """The topic and clause that bodies name; the question that brings them is in nobody's way."""
    make_question(topic="kinh-te", state="retired")


@pytest.fixture
def desk(author: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(author)


@pytest.fixture
def second_desk(reviewer: Person, signed_in: Callable[[Person], Client]) -> Client:
    return signed_in(reviewer)
