"""Refusals about units and profiles."""

from backend.core.errors import UserError


class UnknownUnit(UserError):
    code = "unknown_unit"
    vi = "Không tìm thấy đơn vị này. Chọn lại trong danh sách."
    en = "This unit was not found. Choose again from the list."


class ProfileLocked(UserError):
    code = "profile_locked"
    vi = "Bạn đã bắt đầu lượt thi nên không đổi được nơi cư trú và đơn vị. Cần sửa, hãy báo ban tổ chức."
    en = "You have started an attempt, so ward and organization no longer change. Ask the organizers to correct them."
