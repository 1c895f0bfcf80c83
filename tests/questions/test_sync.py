"""Storing the bank: idempotent, whole or not at all, and never over what was used or edited at the desk."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from backend.documents.services import DocumentCounts
from backend.questions.content import Cited, Content
from backend.questions.models import BankSync, Citation, Question, QuestionVersion, Topic
from backend.questions.queries import list_approved_candidates
from backend.questions.queries.versions import content_of, etag_of
from backend.questions.services import BankCounts, approve_question, edit_question, submit_question
from tests.factories import make_contest
from tests.questions.conftest import NOW, QUESTIONS

pytestmark = pytest.mark.django_db
UNCHANGED = DocumentCounts(unchanged=1)


def versions(key):
    """Return (number, state, origin, stem) of a question's versions, oldest first."""
    rows = QuestionVersion.objects.filter(question__key=key).order_by("number")
    return list(rows.values_list("number", "state", "origin", "stem"))


def current(key):
    question = Question.objects.select_related("current__topic").get(key=key)
    return question, question.current


def test_a_bank_is_stored_as_its_files_say(folder):
    counts = folder.store()

    assert counts == BankCounts(documents=DocumentCounts(created=1), created=2)
    for record in folder.read().questions:
        question, version = current(record.key)
        assert content_of(version) == record.content
        assert (version.number, version.origin, version.author, question.document.key) == (
            1,
            "bank",
            None,
            "12-nq-cp-2023",
        )
    assert [version[1] for key in ("kt-001", "kt-002") for version in versions(key)] == ["approved", "draft"]
    assert list(Topic.objects.values_list("key", "name_vi", "ordinal")) == [
        ("kinh-te", "Kinh tế", 1),
        ("do-thi", "Đô thị", 2),
    ]


def test_storing_the_same_twice_changes_nothing(folder):
    folder.store()
    before = list(QuestionVersion.objects.order_by("id").values())

    counts = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, unchanged=2)
    assert list(QuestionVersion.objects.order_by("id").values()) == before


def test_an_unused_draft_is_rewritten_in_place(folder):
    folder.store()
    folder.edit("những việc nào", "hai việc nào")
    folder.edit("      - {clause: CT.II}\n", "")

    counts = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, updated=1, unchanged=1)
    assert versions("kt-002") == [(1, "draft", "bank", "Theo Nghị quyết 12/NQ-CP, hai việc nào thuộc nhóm giải pháp?")]
    assert content_of(current("kt-002")[1]).citations == (Cited("12-nq-cp-2023", "CT.I"),)


def test_a_draft_that_the_files_approve_is_approved(folder):
    folder.store()
    folder.edit("status: draft", "status: approved")

    counts = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, updated=1, unchanged=1)
    assert [version[:2] for version in versions("kt-002")] == [(1, "approved")]


def test_an_approved_question_changes_by_a_new_version_and_the_old_one_stays(folder):
    folder.store()
    old = current("kt-001")[1]
    before = content_of(old)
    folder.edit("answer: [c]", "answer: [b]")

    counts = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, versioned=1, unchanged=1)
    assert [version[:3] for version in versions("kt-001")] == [(1, "retired", "bank"), (2, "approved", "bank")]
    assert content_of(QuestionVersion.objects.get(pk=old.pk)) == before
    assert current("kt-001")[1].key == [2]
    assert [candidate.version_id for candidate in list_approved_candidates()] == [current("kt-001")[1].pk]


def test_a_draft_that_a_round_may_draw_changes_by_a_new_version(folder):
    folder.store()
    used = current("kt-002")[1]
    make_contest(pool=[used])
    folder.edit("những việc nào", "hai việc nào")

    folder.store()

    assert [version[:2] for version in versions("kt-002")] == [(1, "draft"), (2, "draft")]
    used.refresh_from_db()
    assert "những việc nào" in used.stem


def test_a_question_whose_approval_the_files_take_back_is_drawn_no_more(folder):
    folder.store()
    folder.edit("status: approved", "status: draft")

    counts = folder.store()
    again = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, versioned=1, unchanged=1)
    assert again == BankCounts(documents=UNCHANGED, unchanged=2)
    assert [version[:2] for version in versions("kt-001")] == [(1, "retired"), (2, "draft")]
    assert list_approved_candidates() == []


def test_what_was_edited_at_the_desk_is_reported_and_left_alone(folder, author):
    folder.store()
    question, version = current("kt-002")
    content = content_of(version)
    ours = Content(**{name: getattr(content, name) for name in content.__slots__} | {"stem": "Câu của bàn biên tập?"})
    edit_question(uuid=question.uuid, content=ours, person=author, etag=etag_of(question, version))
    untouched = folder.store()
    folder.edit("những việc nào", "hai việc nào")

    counts = folder.store()

    assert untouched == BankCounts(documents=UNCHANGED, unchanged=2)
    assert counts == BankCounts(documents=UNCHANGED, unchanged=1, conflicts=["kt-002"])
    assert current("kt-002")[1].stem == "Câu của bàn biên tập?"


def test_a_draft_of_the_files_approved_at_the_desk_stays_approved(folder, reviewer):
    folder.store()
    question = current("kt-002")[0]
    submit_question(uuid=question.uuid, now=NOW)
    approve_question(uuid=question.uuid, person=reviewer, now=NOW)

    counts = folder.store()

    assert counts == BankCounts(documents=UNCHANGED, unchanged=2)
    assert [version[:2] for version in versions("kt-002")] == [(1, "approved")]


def test_what_left_the_files_is_kept_until_told_to_retire_and_comes_back_as_a_new_version(folder):
    folder.store()
    folder.write("questions/kinh-te.yaml", QUESTIONS[: QUESTIONS.index("  - key: kt-002")].encode())

    kept = folder.store()
    states_kept = [version[1] for version in versions("kt-002")]
    retired = folder.store(retire=True)
    states_retired = [version[1] for version in versions("kt-002")]
    folder.write("questions/kinh-te.yaml", QUESTIONS.encode())
    back = folder.store()

    assert kept == BankCounts(documents=UNCHANGED, unchanged=1, missing=["kt-002"])
    assert retired == BankCounts(documents=UNCHANGED, unchanged=1, retired=1)
    assert (states_kept, states_retired) == (["draft"], ["retired"])
    assert back == BankCounts(documents=UNCHANGED, unchanged=1, versioned=1)
    assert [version[1] for version in versions("kt-002")] == ["retired", "draft"]


def test_new_versions_cite_the_newest_outline_and_old_ones_keep_theirs(folder):
    folder.store()
    folder.edit("Các chỉ tiêu.", "Các chỉ tiêu đến năm 2030.", "documents/12-nq-cp-2023.yaml")
    folder.edit("answer: [c]", "answer: [b]")

    folder.store()

    cited = Citation.objects.filter(version__question__key="kt-001").order_by("version__number")
    assert list(cited.values_list("version__number", "clause__version__number", "clause__summary")) == [
        (1, 1, "Các chỉ tiêu."),
        (2, 2, "Các chỉ tiêu đến năm 2030."),
    ]


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("sync_bank", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_what_it_did_and_skips_files_it_knows(folder, django_assert_num_queries):
    first, _ = run(str(folder.path))
    with django_assert_num_queries(1):
        second, _ = run(str(folder.path))

    assert first == (
        "Kho câu hỏi: văn bản 1 mới, 0 đổi, 0 giữ nguyên; câu hỏi 2 mới, 0 đổi, 0 thêm bản mới, 0 giữ nguyên, "
        "0 rút, 0 xung đột, 0 vắng.\n"
    )
    assert second == "Kho câu hỏi không đổi từ lần trước: 3 tệp.\n"


def test_a_broken_bank_stores_nothing_and_every_error_is_printed(folder):
    folder.edit("answer: [a, d]", "answer: [a]")
    folder.edit("topic: kinh-te", "topic: van-hoa")
    err = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("sync_bank", str(folder.path), stdout=StringIO(), stderr=err)

    assert str(refusal.value) == "Kho câu hỏi bị từ chối: 2 lỗi, không lưu gì."
    assert refusal.value.returncode == 1
    assert err.getvalue().splitlines() == [
        "questions/kinh-te.yaml:4: Không có chủ đề “van-hoa”. [unknown_topic]",
        "questions/kinh-te.yaml:22: Số đáp án không hợp với loại câu, hoặc có đáp án ghi hai lần. [key_count]",
    ]
    assert (Question.objects.count(), Topic.objects.count(), BankSync.objects.count()) == (0, 0, 0)


def test_checking_stores_nothing(folder, django_assert_num_queries):
    with django_assert_num_queries(0):
        out, _ = run("--check", str(folder.path))

    assert out == "Kho câu hỏi hợp lệ: 2 chủ đề, 1 văn bản, 2 câu.\n"


def test_the_product_s_own_bank_is_stored_and_stored_again_without_change():
    run(str(settings.QUESTION_BANK_DIR))
    before = list(QuestionVersion.objects.order_by("id").values_list("id", "updated_at"))
    BankSync.objects.all().delete()

    out, _ = run(str(settings.QUESTION_BANK_DIR))

    assert "câu hỏi 0 mới, 0 đổi, 0 thêm bản mới" in out
    assert list(QuestionVersion.objects.order_by("id").values_list("id", "updated_at")) == before
