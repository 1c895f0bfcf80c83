"""Refusals about units and profiles."""

from backend.core.errors import UserError


class UnknownUnit(UserError):
    code = "unknown_unit"
    vi = "Không tìm thấy đơn vị này. Chọn lại trong danh sách."
    en = "This unit was not found. Choose again from the list."


class ProfileLocked(UserError):
    code = "profile_locked"
    vi = "Bạn đã bắt đầu lượt thi nên thông tin này không đổi được nữa. Cần sửa, hãy báo ban tổ chức."
    en = "You have started an attempt, so this no longer changes. Ask the organizers to correct it."
