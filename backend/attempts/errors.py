"""Refusals of the attempts app."""

from backend.core.errors import UserError


class AttemptLimit(UserError):
    code = "attempt_limit"
    vi = "Đã dùng hết {limit} lượt thi của đợt này."
    en = "All {limit} attempts of this round are used."


class ContestAttemptLimit(UserError):
    code = "attempt_limit_contest"
    vi = "Đã dùng hết {limit} lượt thi của cả hội thi."
    en = "All {limit} attempts of this contest are used."


class WeekAttemptLimit(UserError):
    code = "attempt_limit_week"
    vi = "Đã dùng hết {limit} lượt thi của tuần này. Lượt sau: từ {next_at_text}."
    en = "All {limit} attempts of this week are used. The next one: from {next_at_text}."


class DayAttemptLimit(UserError):
    code = "attempt_limit_day"
    vi = "Đã dùng hết {limit} lượt thi của hôm nay. Lượt sau: từ {next_at_text}."
    en = "All {limit} attempts of today are used. The next one: from {next_at_text}."


class AttemptElsewhere(UserError):
    code = "attempt_elsewhere"
    vi = "Đang có một lượt thi chưa nộp ở đợt khác của hội thi này. Nộp lượt đó trước."
    en = "An attempt in another round of this contest is still open. Submit it first."


class ProfileIncomplete(UserError):
    code = "profile_incomplete"
    vi = "Chọn phường, xã nơi cư trú trong hồ sơ trước khi thi."
    en = "Choose your ward in your profile before you start."


class AttemptClosed(UserError):
    code = "attempt_closed"
    vi = "Lượt thi đã kết thúc; câu trả lời này không được ghi nhận. Những câu đã lưu vẫn còn."
    en = "The attempt has ended; this answer was not recorded. What was saved before stays."


class TryAgain(UserError):
    code = "retry"
    vi = "Hệ thống đang bận, câu trả lời chưa chắc đã lưu. Máy sẽ tự gửi lại."
    en = "The system is busy and the answer may not be saved yet. It will be sent again."


class AnswerRefused(UserError):
    """The reason stands in the code alone: `unknown_item`, `bad_choice`, `bad_text`, `text_too_long` and so on."""

    code = "answer_refused"
    vi = "Câu trả lời không hợp lệ, không được ghi nhận."
    en = "The answer is not valid and was not recorded."


class UnknownItem(AnswerRefused):
    code = "unknown_item"
    vi = "Câu hỏi này không có trong đề của lượt thi."
    en = "This question is not in the paper of this attempt."


class BadChoice(AnswerRefused):
    code = "bad_choice"
    vi = "Phương án đã chọn không có trong câu hỏi này, hoặc câu này chỉ được chọn một phương án."
    en = "The chosen option does not exist in this question, or only one may be chosen."


class BadText(AnswerRefused):
    code = "bad_text"
    vi = "Câu trả lời có ký tự không dùng được, hoặc xuống dòng ở câu chỉ điền một dòng."
    en = "The answer holds characters that cannot be used, or a line break where one line is wanted."


class TextTooLong(AnswerRefused):
    code = "text_too_long"
    vi = "Câu trả lời dài hơn mức cho phép của câu hỏi này."
    en = "The answer is longer than this question allows."


class SeqConflict(AnswerRefused):
    code = "seq_conflict"
    vi = "Một thiết bị khác đã lưu câu trả lời khác cho câu này."
    en = "Another device has saved a different answer to this question."


class AttemptOpen(UserError):
    code = "attempt_open"
    vi = "Lượt thi chưa nộp, chưa có kết quả."
    en = "The attempt is still open and has no result yet."
