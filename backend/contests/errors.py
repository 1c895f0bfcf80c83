"""Refusals of the contests app."""

from backend.core.errors import UserError


class ContestNotOpen(UserError):
    code = "contest_not_open"
    vi = "Đợt thi chưa mở. Giờ mở: {opens_at_text}."
    en = "The round is not open yet. It opens at {opens_at_text}."


class ContestClosed(UserError):
    code = "contest_closed"
    vi = "Đợt thi đã đóng lúc {closes_at_text}."
    en = "The round closed at {closes_at_text}."


class RoundUnfillable(UserError):
    code = "round_unfillable"
    vi = "Ngân hàng chưa đủ câu hỏi đã duyệt cho đợt thi này: {shortages}."
    en = "The bank has too few approved questions for this round: {shortages_en}."


class RulebookUnfit(UserError):
    """The rules ask for what the engine does not do, or the plan does not fit them."""

    code = "rulebook_unfit"
    vi = "Thể lệ này chưa dùng được: {parts}."
    en = "These rules cannot be used as they stand: {parts}."


class PersonExcluded(UserError):
    code = "person_excluded"
    vi = "Thể lệ không cho thành viên {teams} dự thi."
    en = "The rules keep members of these teams from taking part: {teams}."


class TeamUnknown(UserError):
    """Only teams that the rules name are kept out."""

    code = "team_unknown"
    vi = "Thể lệ hội thi này không loại đội này ra khỏi cuộc thi."
    en = "The rules of this contest do not keep this team out."


class MemberUnknown(UserError):
    code = "member_unknown"
    vi = "Không có tài khoản nào dùng địa chỉ thư này."
    en = "No account has this e-mail address."


class MemberListed(UserError):
    code = "member_listed"
    vi = "Người này đã có trong danh sách của hội thi."
    en = "This person is on the contest's list already."


class AgeNeeded(UserError):
    code = "age_needed"
    vi = "Hội thi này dành cho người từ đủ {minimum_age} tuổi. Khai ngày sinh trong hồ sơ trước khi thi."
    en = "This contest is for people of {minimum_age} and over. State your date of birth in your profile first."


class IdentityNeeded(UserError):
    code = "identity_needed"
    vi = "Thể lệ hội thi này yêu cầu số căn cước. Khai số căn cước trong hồ sơ trước khi thi."
    en = "The rules of this contest ask for an identity number. State yours in your profile first."


class IdentityNotAsked(UserError):
    """What no rules ask for is not kept."""

    code = "identity_not_asked"
    vi = "Hiện không hội thi nào yêu cầu số căn cước, nên số không được lưu."
    en = "No contest asks for an identity number at present, so the number was not kept."


class TooYoung(UserError):
    code = "too_young"
    vi = "Thể lệ chỉ cho người từ đủ {minimum_age} tuổi dự thi. Theo ngày sinh trong hồ sơ, bạn chưa đủ tuổi."
    en = "The rules ask for an age of {minimum_age} or more. By the date of birth in your profile you are younger."


class RulebookFrozen(UserError):
    code = "rulebook_frozen"
    vi = "Thể lệ đã khóa khi đợt thi đầu tiên mở, không sửa được nữa."
    en = "The rulebook was frozen when the first round opened and cannot change."
