"""The rulebook is data: it round-trips, prints itself, and refuses what the engine cannot obey."""

from collections.abc import Mapping
from typing import Any

import pytest

from backend.core.rulebook import Rulebook
from backend.core.rules.limits import CONTEST, DAY, ROUND, WEEK, Limit
from backend.core.rules.prizes import Prize

FULL = Rulebook(
    question_count=12,
    duration_s=None,
    attempts_per_round=3,
    attempts_per_contest=9,
    attempts_per_week=5,
    attempts_per_day=1,
    counts="last",
    prediction="all_correct_share",
    ranking=("score", "duration", "start"),
    result_shown="after_round",
    keys_shown="never",
    profile_locked_after_first_attempt=False,
    paper="fixed",
    kinds=("multiple",),
    scoring="proportional",
    open_to="Đoàn viên, hội viên",
    minimum_age=16,
    excluded=("organizing_committee", "secretaries"),
    prizes=(Prize("Giải Nhất", 1, 500_000), Prize("Nhất tập thể", to="unit", by="share", place=1)),
    outside=("Bài viết tự luận",),
)


@pytest.mark.parametrize("rules", [Rulebook(), Rulebook(question_count=10, attempts_per_round=None), FULL])
def test_rulebook_survives_json_and_its_fingerprint_names_its_content(rules: Rulebook) -> None:
    assert Rulebook.from_json(rules.to_json()) == rules
    assert rules.fingerprint() == Rulebook.from_json(rules.to_json()).fingerprint()
    assert rules.fingerprint() != Rulebook(question_count=11).fingerprint()


def test_rulebooks_stored_before_there_were_versions_keep_their_form_and_their_hash() -> None:
    stored = {
        "question_count": 20,
        "duration_s": 900,
        "attempts_per_round": 2,
        "counts": "best_then_earliest",
        "prediction": "all_correct_people",
        "ranking": ["correct", "prediction", "earliest"],
        "result_shown": "at_once",
        "keys_shown": "after_round",
        "profile_locked_after_first_attempt": True,
    }

    rules = Rulebook.from_json(stored)

    assert rules == Rulebook()
    assert rules.to_json() == stored
    assert rules.fingerprint() == "9eef5e122b458542436103bc8a793a2760651004ef66db8bd8358c07e991774b"


def test_a_rule_of_version_2_is_written_with_the_version() -> None:
    written = Rulebook(attempts_per_day=1).to_json()

    assert {name: written[name] for name in written.keys() - Rulebook().to_json().keys()} == {
        "attempts_per_day": 1,
        "version": 2,
    }


def test_limits_stand_from_the_narrowest_to_the_widest() -> None:
    assert FULL.limits == (Limit(DAY, 1), Limit(WEEK, 5), Limit(ROUND, 3), Limit(CONTEST, 9))
    assert Rulebook(attempts_per_round=None).limits == ()
    assert Rulebook(attempts_per_round=9, attempts_per_week=7, week="round").limits == (Limit(ROUND, 7),)


def test_rulebook_prints_itself_in_plain_words() -> None:
    assert Rulebook().lines() == [
        "Mỗi lượt thi có 20 câu hỏi, bốc ngẫu nhiên từ ngân hàng câu hỏi.",
        "Dạng câu hỏi: một phương án đúng, nhiều phương án đúng.",
        "Câu chọn đúng và đủ theo đáp án mới được tính là đúng.",
        "Thời gian làm bài 15 phút; đồng hồ chạy khi đề hiện ra.",
        "Mỗi đợt được thi tối đa 2 lượt; lượt nhiều câu đúng nhất được tính, nếu bằng nhau thì lượt sớm hơn.",
        "Câu dự đoán: Bao nhiêu người sẽ trả lời đúng hết các câu hỏi?",
        "Xếp hạng lần lượt theo: số câu đúng nhiều hơn; dự đoán gần đúng hơn; nộp bài sớm hơn.",
        "Số câu đúng hiện ngay khi nộp bài; đáp án công bố sau khi đợt thi đóng.",
        "Họ tên, ngày sinh, phường, xã và đơn vị không đổi được sau lượt thi đầu tiên.",
    ]


def test_every_part_of_a_rulebook_is_printed_in_both_languages() -> None:
    assert FULL.lines() == [
        "Đối tượng dự thi: Đoàn viên, hội viên.",
        "Người dự thi từ đủ 16 tuổi, tính đến ngày thi (tự cam đoan; ban tổ chức kiểm tra khi trao giải).",
        "Không dự thi: thành viên Ban Tổ chức, Tổ Thư ký (hệ thống chặn tài khoản quản trị và người ban tổ chức ghi "
        "tên; ban tổ chức kiểm tra khi trao giải).",
        "Mỗi đợt có một bộ 12 câu hỏi chung cho mọi người, giữ nguyên thứ tự câu; thứ tự phương án được xáo.",
        "Dạng câu hỏi: nhiều phương án đúng.",
        "Câu nhiều đáp án được điểm theo tỷ lệ phương án đúng đã chọn, trừ phần chọn sai, thấp nhất là 0 điểm.",
        "Không giới hạn thời gian làm bài; bài phải nộp trước khi đợt thi đóng.",
        "Mỗi ngày được thi tối đa 1 lượt, mỗi tuần (từ thứ Hai đến hết Chủ nhật) được thi tối đa 5 lượt, "
        "mỗi đợt được thi tối đa 3 lượt, cả hội thi được thi tối đa 9 lượt; lượt nộp sau cùng được tính.",
        "Câu dự đoán: Bao nhiêu phần trăm người dự thi sẽ trả lời đúng hết các câu hỏi? (năm chữ số sau dấu phẩy)",
        "Xếp hạng lần lượt theo: tổng điểm cao hơn; làm bài nhanh hơn; bắt đầu sớm hơn.",
        "Kết quả công bố sau khi đợt thi đóng; đáp án không công bố.",
        "Phường, xã và đơn vị đổi được giữa các lượt thi; mỗi lượt tính cho nơi đã khai khi bắt đầu.",
        "Giải mỗi đợt: 1 Giải Nhất (500.000 đồng); Nhất tập thể: hạng 1 về tỷ lệ người dự thi trên tổng số thành viên "
        "(phường, xã).",
        "Bài viết tự luận (ngoài hệ thống).",
    ]
    assert FULL.lines("en")[3:8] == [
        "Each round has one set of 12 questions for everybody, in the same order; the options are shuffled.",
        "Questions have several right options.",
        "Questions with several right options give their share for each one chosen, "
        "less the wrong ones, never below 0.",
        "There is no time limit; an attempt must be submitted before the round closes.",
        "One attempt a day, at most 5 attempts a week (Monday to Sunday), at most 3 attempts a round, "
        "at most 9 attempts in the whole contest; the attempt submitted last counts.",
    ]


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"question_count": 0}, "question_count"),
        ({"question_count": "20"}, "question_count"),
        ({"question_count": True}, "question_count"),
        ({"question_count": None}, "question_count"),
        ({"question_count": 201}, "question_count"),
        ({"duration_s": 0}, "duration_s"),
        ({"duration_s": 0.5}, "duration_s"),
        ({"attempts_per_round": 0}, "attempts_per_round"),
        ({"attempts_per_contest": -1}, "attempts_per_contest"),
        ({"attempts_per_week": 0}, "attempts_per_week"),
        ({"attempts_per_day": "1"}, "attempts_per_day"),
        ({"week": "ten_days"}, "week.*'ten_days'"),
        ({"counts": "median"}, "counts.*'median'"),
        ({"counts": ["last"]}, "counts"),
        ({"counts": None}, "counts"),
        ({"prediction": "weather"}, "prediction.*'weather'"),
        ({"ranking": ()}, "ranking"),
        ({"ranking": "correct"}, "ranking"),
        ({"ranking": ("correct", "beauty")}, "ranking.*'beauty'"),
        ({"ranking": ("correct", "correct")}, "ranking.*twice"),
        ({"ranking": ("correct", {})}, "ranking"),
        ({"prediction": None}, "ranking"),
        ({"result_shown": "before"}, "result_shown.*'before'"),
        ({"keys_shown": "at_once"}, "keys_shown.*'at_once'"),
        ({"result_shown": "after_contest"}, "keys_shown"),
        ({"paper": "stolen"}, "paper.*'stolen'"),
        ({"kinds": ("essay",)}, "kinds.*'essay'"),
        ({"kinds": ()}, "kinds"),
        ({"scoring": "curve"}, "scoring.*'curve'"),
        ({"excluded": ("neighbours",)}, "excluded.*'neighbours'"),
        ({"minimum_age": 0}, "minimum_age"),
        ({"minimum_age": 121}, "minimum_age"),
        ({"profile_locked_after_first_attempt": "yes"}, "profile_locked"),
        ({"open_to": 5}, "open_to"),
        ({"open_to": "x" * 301}, "open_to"),
        ({"outside": ("",)}, "outside"),
        ({"outside": ("a\nb",)}, "outside"),
        ({"outside": "essay"}, "outside"),
        ({"prizes": (Prize(""),)}, "prizes"),
        ({"prizes": ("first",)}, "prizes"),
        ({"prizes": (Prize("Nhất", 0),)}, "prizes"),
        ({"prizes": (Prize("Nhất", 1, -5),)}, "prizes"),
        ({"prizes": (Prize("Nhất", to="dog"),)}, "prizes.*dog"),
        ({"prizes": (Prize("Nhất", to="unit", by="beauty", place=1),)}, "prizes.*beauty"),
        ({"prizes": (Prize("Nhất", to="unit", by="people"),)}, "prizes"),
        ({"prizes": (Prize("Nhất", place=2),)}, "prizes"),
        ({"prizes": (Prize("Nhất", among="workplace"),)}, "prizes"),
        ({"prizes": (Prize("Nhất", to="unit", by="people", place=1, among="street"),)}, "prizes.*street"),
    ],
)
def test_impossible_rules_are_refused_by_name(rules: Mapping[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Rulebook(**rules)


def test_all_wrong_rules_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"question_count.*counts \(unknown: 'median'\).*scoring \(unknown: 'curve'\)"):
        Rulebook(question_count=0, counts="median", scoring="curve")


@pytest.mark.parametrize("data", [{"part_marks": True}, {"prizes": [{"name": "Nhất", "colour": "red"}]}])
def test_unknown_rules_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"part_marks|colour"):
        Rulebook.from_json(data)


@pytest.mark.parametrize("version", [0, 3, "2", None, [2]])
def test_unknown_versions_are_refused(version: object) -> None:
    with pytest.raises(ValueError, match="version"):
        Rulebook.from_json({"version": version})


def test_a_demanded_identity_number_is_printed_and_hashed_and_changes_no_older_hash() -> None:
    plain, demanding = Rulebook(), Rulebook(identity="number")

    assert "identity" not in plain.to_json()
    assert demanding.to_json() == {**plain.to_json(), "identity": "number", "version": 2}
    assert demanding.fingerprint() != plain.fingerprint()
    assert [line for line in demanding.lines() if line not in plain.lines()] == [
        "Người dự thi khai số căn cước trước lượt thi đầu tiên; mỗi số chỉ dùng cho một tài khoản (số được mã hóa, "
        "không hiện cho ai khác)."
    ]
    with pytest.raises(ValueError, match=r"identity.*'fingerprint'"):
        Rulebook(identity="fingerprint")
