"""Refusals of the results app."""

from backend.core.errors import UserError


class RegradeRefused(UserError):
    code = "regrade_refused"
    vi = "Bộ này chưa đúng. Xem lại các ô được đánh dấu."
    en = "This set is not valid. Check the marked fields."


class RegradeStateRefused(UserError):
    code = "regrade_state"
    vi = "Bộ này đang ở trạng thái “{state_name}”, không làm được việc này."
    en = "The set is in state “{state}”, which does not allow this."


class RegradeActive(UserError):
    code = "regrade_active"
    vi = "Hội thi đang có một bộ sửa đáp án hoặc bộ điểm tự luận chưa xong. Áp dụng hoặc hủy bộ đó trước."
    en = "The contest has an unfinished set of corrected keys or essay marks. Apply or cancel that one first."


class OwnRegrade(UserError):
    code = "own_regrade"
    vi = "Người lập không tự duyệt bộ của mình, dù là đáp án hay điểm tự luận. Cần một người khác duyệt."
    en = "Authors do not approve their own sets, of keys or of marks. Another person has to."


class RegradeOutdated(UserError):
    code = "regrade_outdated"
    vi = "Đáp án hoặc điểm tự luận của hội thi đã đổi từ khi lập bộ này. Hủy và lập bộ mới."
    en = "The keys or the essay marks have changed since this set was made. Cancel it and make a new one."


class VoidingRefused(UserError):
    code = "voiding_refused"
    vi = "Đề nghị hủy kết quả chưa đúng. Xem lại các ô được đánh dấu."
    en = "This voiding is not valid. Check the marked fields."


class VoidingStateRefused(UserError):
    code = "voiding_state"
    vi = "Việc hủy kết quả này đang ở trạng thái “{state_name}”, không làm được việc này."
    en = "The voiding is in state “{state}”, which does not allow this."


class AttemptInVoiding(UserError):
    code = "attempt_in_voiding"
    vi = "Lượt thi này đã có một đề nghị hủy kết quả hoặc đã bị hủy kết quả."
    en = "This attempt is part of another voiding already."


class OwnVoiding(UserError):
    code = "own_voiding"
    vi = "Người đề nghị không tự duyệt đề nghị của mình. Cần một người khác duyệt."
    en = "People do not approve what they asked for themselves. Another person has to."


class OwnAttempt(UserError):
    code = "own_attempt"
    vi = "Không ai tự đề nghị hay duyệt việc hủy kết quả lượt thi của chính mình."
    en = "Nobody voids or reinstates their own attempts."


class MarkRefused(UserError):
    code = "mark_refused"
    vi = "Điểm này chưa đúng. Xem lại các ô được đánh dấu."
    en = "This mark is not valid. Check the marked fields."


class EssayMarked(UserError):
    code = "essay_marked"
    vi = "Bài này vừa được người khác chấm xong. Điểm của bạn không được ghi; hãy chấm bài tiếp theo."
    en = "Others have just finished marking this essay. Your mark was not stored; go on with the next."


class EssayNotMarkable(UserError):
    code = "essay_not_markable"
    vi = "Bài này không chấm được: đợt thi chưa kết thúc, lượt thi đã bị hủy kết quả, hoặc bài bỏ trống."
    en = "This essay cannot be marked: its round is not over, the attempt was voided, or it was left empty."


class OwnEssay(UserError):
    code = "own_essay"
    vi = "Không ai chấm bài của chính mình."
    en = "Nobody marks their own essay."
