"""Refusals a person can meet. Pure: no status code is known here, `config.errors` alone maps.

Every subclass carries a stable `code` and its sentence in both languages; together the subclasses are the catalogue.
"""

from collections.abc import Mapping
from typing import ClassVar

_catalogue: dict[str, type["UserError"]] = {}


class UserError(Exception):
    """An expected refusal. Anything else that escapes is a bug and propagates.

    `fields` maps input names to sentences; `extra` is sent beside the code (`server_time`, `retry_after_s`) and may
    fill `{placeholders}` of the sentences.
    """

    code: ClassVar[str]
    vi: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, *, fields: Mapping[str, str] | None = None, **extra: object) -> None:
        self.fields = dict(fields or {})
        self.extra = extra
        super().__init__(self.code)

    def __init_subclass__(cls) -> None:
        if "code" not in cls.__dict__:
            return
        other = _catalogue.get(cls.code)
        if other is not None and other.__qualname__ != cls.__qualname__:
            raise TypeError(f"error code {cls.code!r} is taken by {other.__qualname__}")
        _catalogue[cls.code] = cls

    def sentence(self, language: str = "vi") -> str:
        """Say what happened, in Vietnamese unless `language` starts with "en"."""
        template = self.en if language.startswith("en") else self.vi
        return template.format_map(_Blank(self.extra))


class _Blank(dict[str, object]):
    """Placeholders nobody filled stay empty: an error message must never raise."""

    def __missing__(self, key: str) -> str:
        return ""


def catalogue() -> Mapping[str, type[UserError]]:
    """Return every error known so far by its code."""
    return dict(_catalogue)


class InvalidInput(UserError):
    code = "invalid_input"
    vi = "Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu."
    en = "The data sent is not valid. Check the marked fields."


class UnknownField(UserError):
    code = "unknown_field"
    vi = "Có ô không được phép gửi: {names}."
    en = "These fields are not allowed: {names}."


class NotFound(UserError):
    code = "not_found"
    vi = "Không tìm thấy nội dung này."
    en = "This was not found."


class NotSignedIn(UserError):
    code = "not_signed_in"
    vi = "Cần đăng nhập để tiếp tục."
    en = "Please sign in to continue."


class RoleRequired(UserError):
    code = "role_required"
    vi = "Tài khoản này không có quyền dùng chức năng đó."
    en = "This account may not use that function."


class RateLimited(UserError):
    code = "rate_limited"
    vi = "Thao tác quá nhanh. Thử lại sau {retry_after_s} giây."
    en = "Too many requests. Try again in {retry_after_s} seconds."
