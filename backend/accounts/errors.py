"""Refusals about accounts. Sign-up and sign-in speak allauth's format; the sentences stand here all the same."""

from backend.core.errors import UserError


class InvalidName(UserError):
    code = "invalid_name"
    vi = "Họ tên cần từ 2 đến 80 ký tự và không có ký tự lạ."
    en = "The name needs 2 to 80 characters and no hidden ones."


class ConsentRequired(UserError):
    code = "consent_required"
    vi = "Cần đánh dấu đồng ý cho xử lý dữ liệu cá nhân để tham gia."
    en = "Please tick the box: taking part needs your consent to the use of personal data."


class ConsentOutdated(UserError):
    code = "consent_outdated"
    vi = "Nội dung đồng ý đã thay đổi. Tải lại trang và đọc bản mới."
    en = "The consent text has changed. Reload the page and read the new one."


class ConsentWithdrawn(UserError):
    """Who took the consent back gave leave to keep nothing more, whatever a page that is still open sends."""

    code = "consent_withdrawn"
    vi = "Bạn đã rút lại đồng ý nên không lưu thêm được thông tin nào. Cần sửa, hãy báo ban tổ chức."
    en = "You have withdrawn your consent, so nothing more can be stored. Ask the organizers for a correction."


class ReauthenticationRequired(UserError):
    """Somebody is signed in, and has to prove again who they are. `flows` says how, as allauth does."""

    code = "reauthentication_required"
    vi = "Nhập lại mật khẩu để xác nhận chính bạn đang thực hiện việc này."
    en = "Enter your password again to confirm that it is you."


class IdentityInUse(UserError):
    """Never says whose: who asks with somebody else's number must learn nothing about them."""

    code = "identity_in_use"
    vi = "Số căn cước này đã được khai ở một tài khoản khác. Nếu đúng là số của bạn, hãy báo ban tổ chức."
    en = "This identity number has been stated with another account. If it is yours, tell the organizers."


class IdentityLocked(UserError):
    code = "identity_locked"
    vi = "Số căn cước đã khóa từ lượt thi đầu tiên cần đến nó. Sai số thì báo ban tổ chức."
    en = "The identity number is fixed since the first attempt that needed it. If it is wrong, tell the organizers."


class AccountErased(UserError):
    code = "account_erased"
    vi = "Thông tin cá nhân của tài khoản này đã xóa."
    en = "What identified the person of this account has been erased."


class AccountHasRoles(UserError):
    """Decisions are signed with the name of who took them: it does not go by the clock alone."""

    code = "account_has_roles"
    vi = "Tài khoản này có vai trò quản trị: tên đứng dưới các quyết định nên không tự xóa."
    en = "This account holds a staff role: its name stands under decisions, so it is not erased by itself."


class AttemptStillRunning(UserError):
    """A running attempt is promised to its end, and could still be written to behind the erasure."""

    code = "attempt_still_running"
    vi = "Người này đang có bài chưa nộp: đợi bài kết thúc rồi làm lại."
    en = "An attempt of this person is still running: try again once it has ended."


class TooManyAttempts(UserError):
    code = "too_many_login_attempts"
    vi = "Sai quá nhiều lần. Chờ vài phút rồi thử lại."
    en = "Too many failed tries. Wait a few minutes and try again."
