"""Say a rulebook in plain sentences, Vietnamese first. Pure. Parts bring their own words; here they become lines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend.core.rules import registry
from backend.core.rules.points import BEST_BY_POINTS, BEST_BY_RIGHT_ANSWERS
from backend.core.rules.quotas import said

if TYPE_CHECKING:
    from backend.core.rulebook import Rulebook

_VI = {
    "open_to": "Đối tượng dự thi: {}.",
    "age": "Người dự thi từ đủ {} tuổi, tính đến ngày thi (tự cam đoan; ban tổ chức kiểm tra khi trao giải).",
    "excluded": "Không dự thi: thành viên {} (hệ thống chặn tài khoản quản trị và người ban tổ chức ghi tên; "
    "ban tổ chức kiểm tra khi trao giải).",
    "quotas": "Cơ cấu mỗi đề: {}.",
    "kinds": "Dạng câu hỏi: {}.",
    "time": "Thời gian làm bài {}; đồng hồ chạy khi đề hiện ra.",
    "no_time": "Không giới hạn thời gian làm bài; bài phải nộp trước khi đợt thi đóng.",
    "limit": "{span} được thi tối đa {count} lượt",
    "limit_of_one": "{span} được thi tối đa 1 lượt",
    "no_limit": "Không giới hạn số lượt thi",
    "prediction": "Câu dự đoán: {}",
    "ranking": "Xếp hạng lần lượt theo: {}.",
    "locked": "Họ tên, ngày sinh, phường, xã và đơn vị không đổi được sau lượt thi đầu tiên.",
    "unlocked": "Phường, xã và đơn vị đổi được giữa các lượt thi; mỗi lượt tính cho nơi đã khai khi bắt đầu.",
    "prizes": "Giải mỗi đợt: {}.",
    "outside": "{} (ngoài hệ thống).",
}
_EN = {
    "open_to": "Open to: {}.",
    "age": "Everybody must be {} on the day (by their own word; the organizers check before a prize is given).",
    "excluded": "May not take part: members of {} (the system keeps out staff accounts and whoever the organizers put "
    "down; they check before a prize is given).",
    "quotas": "Each paper has {}.",
    "kinds": "Questions have {}.",
    "time": "The time is {}; the clock starts when the paper appears.",
    "no_time": "There is no time limit; an attempt must be submitted before the round closes.",
    "limit": "at most {count} attempts {span}",
    "limit_of_one": "one attempt {span}",
    "no_limit": "There is no limit of attempts",
    "prediction": "Prediction: {}",
    "ranking": "Ranked by, one after the other: {}.",
    "locked": "Name, date of birth, ward and organization cannot be changed after the first attempt.",
    "unlocked": "Ward and organization may change between attempts; each counts for those stated at its start.",
    "prizes": "Prizes each round: {}.",
    "outside": "{} (outside the system).",
}


def printed(rules: "Rulebook", language: str, titles: Mapping[str, str]) -> list[str]:
    """Return the sentences in the order a person meets the rules. `titles` are those of topics by key."""
    words = _EN if language.startswith("en") else _VI
    return [*_who(rules, words, language), *_how(rules, words, language, titles), *_what_for(rules, words, language)]


def _who(rules: "Rulebook", words: dict[str, str], language: str) -> list[str]:
    lines = [words["open_to"].format(rules.open_to)] if rules.open_to else []
    if rules.minimum_age is not None:
        lines.append(words["age"].format(rules.minimum_age))
    if rules.excluded:
        lines.append(
            words["excluded"].format(", ".join(registry.TEAMS[name].words(language) for name in rules.excluded))
        )
    if rules.demands_identity:
        lines.append(registry.IDENTITIES[rules.identity].words(language))
    return lines


def _how(rules: "Rulebook", words: dict[str, str], language: str, titles: Mapping[str, str]) -> list[str]:
    best = (BEST_BY_POINTS if rules.has_points else BEST_BY_RIGHT_ANSWERS).words(language)
    lines = [
        rules.paper_rule.words(language).format(count=rules.question_count),
        *_quotas(rules, words, language, titles),
        words["kinds"].format(", ".join(registry.KINDS[name].words(language) for name in rules.kinds)),
        rules.scoring_rule.words(language),
        *([] if rules.essay is None else rules.essay.lines(language)),
        words["no_time"] if rules.duration_s is None else words["time"].format(_length(rules.duration_s, language)),
        f"{_limits(rules, words, language)}; {rules.counting.words(language).format(best=best)}.",
    ]
    if rules.prediction_rule is not None:
        lines.append(words["prediction"].format(rules.prediction_rule.words(language)))
    return lines


def _quotas(rules: "Rulebook", words: dict[str, str], language: str, titles: Mapping[str, str]) -> list[str]:
    return [words["quotas"].format(said(rules.quotas, language=language, titles=titles))] if rules.quotas else []


def _what_for(rules: "Rulebook", words: dict[str, str], language: str) -> list[str]:
    chain = "; ".join(registry.COMPARISONS[name].words(language) for name in rules.ranking)
    lines = [
        words["ranking"].format(chain),
        f"{rules.result_showing.words(language)}; {rules.keys_showing.words(language)}.",
        words["locked" if rules.profile_locked_after_first_attempt else "unlocked"],
    ]
    if rules.prizes:
        lines.append(
            words["prizes"].format("; ".join(one.words(registry.UNIT_MEASURES, language) for one in rules.prizes))
        )
    return [*lines, *(words["outside"].format(one.rstrip(".")) for one in rules.outside)]


def _limits(rules: "Rulebook", words: dict[str, str], language: str) -> str:
    if not rules.limits:
        return words["no_limit"]
    each = [
        words["limit_of_one" if limit.count == 1 else "limit"].format(
            span=limit.span.words(language), count=limit.count
        )
        for limit in rules.limits
    ]
    joined = ", ".join(each)
    return joined[0].upper() + joined[1:]


def _length(seconds: int, language: str) -> str:
    minutes, rest = divmod(seconds, 60)
    minute, second = ("minutes", "seconds") if language.startswith("en") else ("phút", "giây")
    return " ".join([*([f"{minutes} {minute}"] if minutes else []), *([f"{rest} {second}"] if rest else [])])
