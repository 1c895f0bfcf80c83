"""Broken banks: every error is found at once, by file and line, and no sentence tells a key."""

import re
import unicodedata
from datetime import date

import pytest
from django.conf import settings

from backend.core.written import ACCEPTED_MAX, SHORT_TEXT_MAX
from backend.questions import rules
from backend.questions.bank import BankRefused, QuestionRecord, TopicRecord, read_bank, read_files
from backend.questions.bank.shape import load_schema
from backend.questions.content import Cited, Content
from backend.questions.enums import QuestionKind

QUESTIONS = "questions/kinh-te.yaml"
DOCUMENT = "documents/12-nq-cp-2023.yaml"


def test_a_sound_bank_is_read_whole(folder):
    bank = folder.read()

    assert bank.topics == (TopicRecord("kinh-te", "Kinh tế", "Economy", 1), TopicRecord("do-thi", "Đô thị", "City", 2))
    assert [clause.path for clause in bank.documents[0].clauses] == ["CT", "CT.I", "CT.II"]
    assert bank.questions == (
        QuestionRecord(
            "kt-001",
            Content(
                topic="kinh-te",
                difficulty=1,
                kind="single",
                stem="Theo Nghị quyết 12/NQ-CP, GRDP năm 2030 là bao nhiêu?",
                options=("8 USD", "10 USD", "12 USD", "15 USD"),
                key=(3,),
                explanation="Chỉ tiêu là 12 USD.",
                valid_as_of=date(2026, 11, 1),
                citations=(Cited("12-nq-cp-2023", "CT.I", "đạt 12 USD"),),
            ),
            is_approved=True,
        ),
        QuestionRecord(
            "kt-002",
            Content(
                topic="do-thi",
                difficulty=3,
                kind="multiple",
                stem="Theo Nghị quyết 12/NQ-CP, những việc nào thuộc nhóm giải pháp?",
                options=("Một", "Hai", "Ba", "Bốn"),
                key=(1, 4),
                explanation="Hai việc này ở mục II.",
                valid_as_of=date(2026, 11, 1),
                citations=(Cited("12-nq-cp-2023", "CT.II"), Cited("12-nq-cp-2023", "CT.I")),
            ),
            is_approved=False,
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("topic: kinh-te", "topic: van-hoa", "4 unknown_topic"),
        ("{clause: CT.I, quote", "{clause: CT.IX, quote", "12 unknown_clause"),
        ("{clause: CT.I, quote", "{document: 13-nq, clause: CT.I, quote", "12 unknown_document"),
        ("key: kt-002", "key: kt-001", "16 duplicate_question"),
        ("key: kt-002", "key: Kinh tế 2", "16 bad_format"),
        ("difficulty: 1", "difficulty: 4", "5 unknown_value"),
        ("difficulty: 1", 'difficulty: "1"', "5 unknown_value"),
        ("    answer: [c]\n", "", "3 missing_field"),
        ("    answer: [c]\n", "    answer: []\n", "9 key_count"),
        ("answer: [c]", "answer: [e]", "9 unknown_value"),
        ("answer: [c]", "answer: [b, c]", "9 key_count"),
        ("answer: [a, d]", "answer: [a]", "22 key_count"),
        ("answer: [a, d]", "answer: [a, b, c, d]", "22 key_count"),
        ("answer: [a, d]", "answer: [a, a]", "22 key_count"),
        ('b: "10 USD"', 'b: " 8  usd"', "8 duplicate_option"),
        ('b: "10 USD"', 'b: ""', "8 empty_text"),
        ('b: "10 USD"', 'b: "   "', "8 empty_option"),
        ('b: "10 USD"', "b: 10", "8 wrong_type"),
        ('b: "10 USD"', "b: 10.5", "8 unquoted_text"),
        ('b: "10 USD"', "b: no", "8 unquoted_text"),
        ('b: "10 USD"', 'e: "10 USD"', "8 missing_field"),
        ('"đạt 12 USD"', '"' + "một " * 16 + '"', "12 quote_too_long"),
        ("Chỉ tiêu là", "x" * 601, "10 text_too_long"),
        (
            "valid_as_of: 2026-11-01\n    status: approved",
            "valid_as_of: 2026-11-19\n    status: approved",
            "14 future_date",
        ),
        ("valid_as_of: 2026-11-01\n    status: draft", "valid_as_of: 2026-02-30\n    status: draft", "28 bad_date"),
        ("    facts: [F20]\n", "    facts: [F20]\n    facts: [F21]\n", "14 duplicate_field"),
        ("    facts: [F20]\n", "    fact: [F20]\n", "13 unknown_field"),
        ("facts: [F20]", "facts: &f [F20]", "13 yaml_anchor"),
        ("facts: [F20]", "facts: !!python/name:os.system [F20]", "13 yaml_tag"),
        ("facts: [F20]", "facts: " + "[" * 13 + "]" * 13, "13 yaml_too_deep"),
        ("facts: [F20]", "facts: [F20", "14 yaml_syntax"),
        ("facts: [F20]", "? [F20]\n    : 1", "13 yaml_key"),
        ("Chỉ tiêu là", "Chỉ tiêu \\0 là", "10 control_character"),
        ("Chỉ tiêu là", "Chỉ tiêu \\u202e là", "10 control_character"),
        ("Chỉ tiêu là", unicodedata.normalize("NFD", "Chỉ tiêu là"), "10 not_nfc"),
        ("{clause: CT.I}", "{clause: CT.II}", "24 duplicate_citation"),
        ("      - {clause: CT.II}\n      - {clause: CT.I}\n", "      []\n", "24 missing_citation"),
    ],
)
def test_one_broken_line_of_questions_is_named(folder, old, new, error):
    folder.edit(old, new)

    assert f"{QUESTIONS}:{error}" in folder.errors()


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("key: 12-nq-cp-2023", "key: 12-nq-cp", "1 wrong_file_name"),
        ("{path: CT.I,", "{path: CV.I,", "14 missing_parent"),
        ("{path: CT.II,", "{path: CT.I,", "15 duplicate_clause"),
        ("issued_on: 2023-02-07", "issued_on: 7-2-2023", "6 bad_format"),
        ("type: nghi-quyet", "type: thong-tu", "3 unknown_value"),
        ("full_text: false", "full_text: true", "11 unknown_value"),
        ("clauses:", "relations: [{kind: related, target: khong-co}]\nclauses:", "12 unknown_document"),
        ('number: "12/NQ-CP"', f'number: "{"1" * 41}"', "2 text_too_long"),
    ],
)
def test_one_broken_line_of_a_document_is_named(folder, old, new, error):
    folder.edit(old, new, DOCUMENT)

    assert f"{DOCUMENT}:{error}" in folder.errors()


def test_every_error_of_every_file_is_listed_at_once_in_order(folder):
    folder.edit("order: 2", "order: 1", "topics.yaml")
    folder.edit("{path: CT.I,", "{path: CV.I,", DOCUMENT)
    folder.edit("topic: kinh-te", "topic: van-hoa")
    folder.edit("answer: [a, d]", "answer: [a]")
    folder.write("questions/hong.yaml", b"\xff\xfe")
    folder.write("questions/trung.yaml", QUESTION_TWICE)

    assert folder.errors() == [
        f"{DOCUMENT}:14 missing_parent",
        "questions/hong.yaml:1 not_utf8",
        f"{QUESTIONS}:4 unknown_topic",
        f"{QUESTIONS}:12 unknown_clause",
        f"{QUESTIONS}:22 key_count",
        "questions/trung.yaml:3 duplicate_question",
        "questions/trung.yaml:12 unknown_clause",
        "topics.yaml:3 duplicate_order",
    ]


WRITTEN = """\
document: 12-nq-cp-2023
questions:
  - key: kt-003
    topic: kinh-te
    difficulty: 1
    kind: short_text
    stem: "Theo Nghị quyết 12/NQ-CP, GRDP năm 2030 tăng bao nhiêu? Điền một số."
    accepted:
      - "12"
      - "mười hai"
    explanation: "Chỉ tiêu ở mục I."
    cite:
      - {clause: CT.I}
    facts: []
    valid_as_of: 2026-11-01
    status: approved
  - key: kt-004
    topic: do-thi
    difficulty: 3
    kind: essay
    stem: "Hãy đề xuất một việc ở phường của bạn."
    explanation: "Chấm theo việc làm được."
    cite:
      - {clause: CT.II}
    facts: []
    valid_as_of: 2026-11-01
    status: draft
"""
WRITTEN_FILE = "questions/bang-loi.yaml"


def test_questions_answered_in_words_are_read_without_options(folder):
    folder.write(WRITTEN_FILE, WRITTEN.encode())

    short, essay = folder.read().questions[:2]

    assert (short, essay) == (
        QuestionRecord(
            "kt-003",
            Content(
                topic="kinh-te",
                difficulty=1,
                kind="short_text",
                stem="Theo Nghị quyết 12/NQ-CP, GRDP năm 2030 tăng bao nhiêu? Điền một số.",
                options=(),
                key=(),
                explanation="Chỉ tiêu ở mục I.",
                valid_as_of=date(2026, 11, 1),
                citations=(Cited("12-nq-cp-2023", "CT.I"),),
                accepted=("12", "mười hai"),
            ),
            is_approved=True,
        ),
        QuestionRecord(
            "kt-004",
            Content(
                topic="do-thi",
                difficulty=3,
                kind="essay",
                stem="Hãy đề xuất một việc ở phường của bạn.",
                options=(),
                key=(),
                explanation="Chấm theo việc làm được.",
                valid_as_of=date(2026, 11, 1),
                citations=(Cited("12-nq-cp-2023", "CT.II"),),
            ),
            is_approved=False,
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "errors"),
    [
        ('    accepted:\n      - "12"\n      - "mười hai"\n', "", ["3 missing_field"]),
        ('\n      - "12"\n      - "mười hai"\n', " []\n", ["8 accepted_count"]),
        (
            '\n      - "12"\n      - "mười hai"\n',
            f" [{', '.join(map(repr, map(str, range(11))))}]\n",
            ["8 accepted_count"],
        ),
        ('"12"', "12", ["9 wrong_type"]),
        ('"12"', "7.5", ["9 unquoted_text", "9 wrong_type"]),
        ('"12"', '""', ["9 empty_text"]),
        ('"12"', '" . "', ["9 empty_accepted"]),
        ('"12"', '"MƯỜI  hai."', ["10 duplicate_accepted"]),
        ('"12"', '"mười hai"', ["10 duplicate_accepted"]),
        ('"12"', f'"{"x" * 201}"', ["9 text_too_long"]),
        ('"12"', '"một\\ttrăm"', ["9 control_character"]),
        ("    accepted:\n", '    options: {a: "1", b: "2", c: "3", d: "4"}\n    accepted:\n', ["8 unknown_field"]),
        ("    accepted:\n", "    answer: [a]\n    accepted:\n", ["8 unknown_field"]),
        ('    explanation: "Chấm', '    accepted: ["12"]\n    explanation: "Chấm', ["22 unknown_field"]),
        ('    explanation: "Chấm', '    answer: [a]\n    explanation: "Chấm', ["22 unknown_field"]),
        ('    explanation: "Chấm theo việc làm được."\n', "", ["17 missing_field"]),
        ("kind: essay", "kind: short_text", ["17 missing_field"]),
        ("kind: essay", "kind: single", ["17 missing_field", "17 missing_field"]),
        ("kind: essay", "kind: oral", ["20 unknown_value"]),
        ("    kind: essay\n", "", ["17 missing_field"]),
    ],
)
def test_one_broken_line_of_a_question_answered_in_words_is_named(folder, old, new, errors):
    folder.write(WRITTEN_FILE, WRITTEN.encode())
    folder.edit(old, new, WRITTEN_FILE)

    assert folder.errors() == [f"{WRITTEN_FILE}:{error}" for error in errors]


def test_accepted_texts_beside_options_are_refused(folder):
    folder.edit("    answer: [c]\n", '    answer: [c]\n    accepted: ["12 USD"]\n')

    assert folder.errors() == [f"{QUESTIONS}:10 unknown_field"]


QUESTION_TWICE = """\
document: 12-nq-cp-2023
questions:
  - key: kt-001
    topic: kinh-te
    difficulty: 1
    kind: single
    stem: "Câu khác?"
    options: {a: "1", b: "2", c: "3", d: "4"}
    answer: [a]
    explanation: "Giải thích."
    cite:
      - {clause: CT.I}
    facts: []
    valid_as_of: 2026-11-01
    status: draft
""".encode()


def test_a_key_used_twice_names_both_places(folder):
    folder.write("questions/trung.yaml", QUESTION_TWICE)

    with pytest.raises(BankRefused) as refusal:
        folder.read()

    assert [str(error) for error in refusal.value.errors] == [
        f"questions/trung.yaml:3: Khóa câu hỏi “kt-001” đã có ở {QUESTIONS}:3. [duplicate_question]"
    ]


def test_a_document_that_cannot_be_read_is_not_reported_again_at_each_citation(folder):
    folder.edit("status: in_force", "status: hết", DOCUMENT)

    assert folder.errors() == [f"{DOCUMENT}:10 unknown_value"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("questions/kinh-te.yml", b"", "questions/kinh-te.yml:1 stray_file"),
        ("documents/cu/a.yaml", b"", "documents/cu/a.yaml:1 stray_file"),
        ("questions/lon.yaml", b"#" * 1_048_577, "questions/lon.yaml:1 file_too_large"),
        ("questions/trong.yaml", b"", "questions/trong.yaml:1 empty_file"),
        ("questions/chu.yaml", b"abc", "questions/chu.yaml:1 wrong_type"),
        ("questions/hai.yaml", b"--- {}\n--- {}\n", "questions/hai.yaml:1 yaml_documents"),
        ("questions/nul.yaml", b"document: a\nx: \x00\n", "questions/nul.yaml:2 yaml_character"),
    ],
)
def test_files_out_of_bounds_are_refused(folder, name, content, error):
    folder.write(name, content)

    assert error in folder.errors()


def test_a_bomb_of_aliases_is_refused_before_it_is_built(folder):
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    folder.write("questions/bom.yaml", "\n".join(lines).encode())

    errors = folder.errors()

    assert {error for error in errors if "bom" in error} == {
        f"questions/bom.yaml:{line} yaml_anchor" for line in range(1, 10)
    }


def test_a_folder_that_is_no_bank_is_refused(tmp_path):
    with pytest.raises(BankRefused) as refusal:
        read_files(tmp_path)

    assert [error.code for error in refusal.value.errors] == ["missing_file"]


def test_no_error_tells_a_key(folder):
    folder.edit('c: "12 USD"', 'c: "canary-7319", c: "canary-7319"')
    folder.edit("answer: [c]", "answer: [canary-7319, canary-7319, {canary-7319: 1}]")
    folder.edit("answer: [a, d]", "answer: [a, d, &canary-7319 b]")
    folder.write(
        WRITTEN_FILE,
        WRITTEN.replace('"12"', '"canary-7319"').replace('"mười hai"', '"Canary-7319."').encode(),
    )
    folder.write("questions/lech.yaml", WRITTEN.replace('"12"', "{canary-7319: 1}").replace("kt-00", "do-00").encode())

    with pytest.raises(BankRefused) as refusal:
        folder.read()

    assert {error.file for error in refusal.value.errors} == {QUESTIONS, WRITTEN_FILE, "questions/lech.yaml"}
    assert "canary" not in "".join(map(str, refusal.value.errors)).lower()


def test_records_do_not_print_their_keys(folder):
    printed = repr(folder.read().questions[0])

    assert "GRDP" in printed
    assert not re.search(r"key=\(|Chỉ tiêu là 12", printed)


def test_the_rules_and_the_schema_state_the_same_bounds():
    question = load_schema("questions")["properties"]["questions"]["items"]["properties"]

    assert (
        question["stem"]["maxLength"],
        question["options"]["properties"]["a"]["maxLength"],
        question["explanation"]["maxLength"],
        question["cite"]["items"]["properties"]["quote"]["maxLength"],
        len(question["options"]["properties"]),
        question["accepted"]["items"]["maxLength"],
        question["accepted"]["maxItems"],
    ) == (
        rules.STEM_MAX,
        rules.OPTION_MAX,
        rules.EXPLANATION_MAX,
        rules.QUOTE_MAX,
        rules.OPTIONS_MAX,
        SHORT_TEXT_MAX,
        ACCEPTED_MAX,
    )
    assert question["kind"]["enum"] == QuestionKind.values


def test_the_product_s_own_bank_is_sound_and_large_enough():
    bank = read_bank(read_files(settings.QUESTION_BANK_DIR), today=date(2026, 12, 1))

    approved = [record for record in bank.questions if record.is_approved]
    assert len(approved) >= 120
    assert {record.content.topic for record in approved} == {topic.key for topic in bank.topics}
    assert {record.content.kind for record in approved} == set(QuestionKind.values)
