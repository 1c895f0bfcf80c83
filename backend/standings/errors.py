"""Refusals of the standings app."""

from backend.core.errors import UserError


class CursorRefused(UserError):
    code = "cursor_refused"
    vi = "Trang xếp hạng này không còn dùng được. Tải lại từ đầu bảng."
    en = "This page of the standings is no longer valid. Start again from the top."
