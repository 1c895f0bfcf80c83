"""What sign-up and sign-in say when they refuse, in both languages: allauth itself speaks no Vietnamese."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from backend.accounts.errors import ConsentOutdated, ConsentRequired, InvalidName, TooManyAttempts
from backend.core.errors import NotFound

_OWN = (ConsentRequired, ConsentOutdated, InvalidName, TooManyAttempts, NotFound)
_MISMATCH = ("E-mail hoặc mật khẩu chưa đúng.", "The e-mail address or the password is not correct.")

# code -> (Vietnamese, English); every code of allauth's adapter stands here, a test compares.
SENTENCES: Mapping[str, tuple[str, str]] = {
    **{error.code: (error.vi, error.en) for error in _OWN},
    "account_inactive": ("Tài khoản này đã ngừng hoạt động.", "This account is closed."),
    "body_too_large": ("Dữ liệu gửi lên quá lớn.", "The data sent is too large."),
    "cannot_remove_primary_email": ("Không xóa được e-mail chính.", "The main e-mail address cannot be removed."),
    "duplicate_email": ("E-mail này đã gắn với tài khoản của bạn.", "This e-mail address is yours already."),
    "email_password_mismatch": _MISMATCH,
    "email_taken": (
        "E-mail này đã có tài khoản. Hãy đăng nhập hoặc lấy lại mật khẩu.",
        "There is an account with this e-mail address. Sign in or reset the password.",
    ),
    "enter_current_password": ("Mật khẩu hiện tại chưa đúng.", "The current password is not correct."),
    "incorrect_code": ("Mã chưa đúng.", "The code is not correct."),
    "incorrect_password": ("Mật khẩu chưa đúng.", "The password is not correct."),
    "invalid": ("Nội dung ô này chưa đúng.", "This is not valid."),
    "invalid_email": ("E-mail chưa đúng. Ví dụ: ten@example.vn", "This is no e-mail address. Example: name@example.vn"),
    "invalid_input": ("Dữ liệu gửi lên chưa đúng.", "The data sent is not valid."),
    "invalid_login": _MISMATCH,
    "invalid_or_expired_key": ("Đường dẫn đã hết hạn. Hãy yêu cầu lại.", "The link has expired. Ask for a new one."),
    "invalid_password_reset": ("Đường dẫn đã hết hạn. Hãy yêu cầu lại.", "The link has expired. Ask for a new one."),
    "max_email_addresses": ("Không thêm được quá %d e-mail.", "You cannot add more than %d e-mail addresses."),
    "password_too_common": ("Mật khẩu này quá dễ đoán. Chọn mật khẩu khác.", "This password is too easy to guess."),
    "password_too_long": ("Mật khẩu dài nhất 128 ký tự.", "The password may have 128 characters at most."),
    "password_too_short": ("Mật khẩu cần ít nhất 8 ký tự.", "The password needs at least 8 characters."),
    "phone_password_mismatch": _MISMATCH,
    "phone_taken": ("Số điện thoại này đã có tài khoản.", "There is an account with this phone number."),
    "rate_limited": (
        "Thao tác quá nhanh. Chờ một phút rồi thử lại.",
        "Too many requests. Wait a minute and try again.",
    ),
    "required": ("Cần điền ô này.", "Please fill this in."),
    "same_as_current": ("Giá trị mới phải khác giá trị cũ.", "The new value must differ from the old one."),
    "select_only_one": ("Chỉ chọn một.", "Please select only one."),
    "unknown_email": ("Không tìm thấy e-mail này.", "This e-mail address was not found."),
    "unknown_phone": ("Không tìm thấy số điện thoại này.", "This phone number was not found."),
    "unsupported_media_type": ("Dữ liệu phải gửi dưới dạng JSON.", "The data must be sent as JSON."),
    "unverified_primary_email": ("Cần xác minh e-mail chính trước.", "Verify the main e-mail address first."),
    "username_blacklisted": ("Không dùng được tên này.", "This name cannot be used."),
    "username_password_mismatch": _MISMATCH,
    "username_taken": ("Tên này đã có người dùng.", "This name is taken."),
}


def sentence(code: str) -> str:
    """Return what a code says in the language of the request."""
    vi, en = SENTENCES[code]
    return en if get_language() == "en" else vi


lazy_sentence = lazy(sentence, str)
# Any: the stubs have no name for a lazy string.
MESSAGES: dict[str, Any] = {code: lazy_sentence(code) for code in SENTENCES}
