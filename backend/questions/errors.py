"""Refusals of the questions app."""

from backend.core.errors import UserError


class QuestionIncomplete(UserError):
    code = "question_incomplete"
    vi = "Câu hỏi chưa đủ để duyệt. Xem lại các ô được đánh dấu."
    en = "The question is not complete enough to be approved. Check the marked fields."


class OwnQuestion(UserError):
    code = "own_question"
    vi = "Người soạn không tự duyệt câu hỏi của mình. Cần một người khác duyệt."
    en = "Authors do not approve their own questions. Another person has to."


class QuestionState(UserError):
    code = "question_state"
    vi = "Câu hỏi đang ở trạng thái “{state_name}”, không làm được việc này."
    en = "The question is in state “{state}”, which does not allow this."


class QuestionKeyTaken(UserError):
    code = "question_key_taken"
    vi = "Đã có câu hỏi khác mang mã này."
    en = "Another question has this key."


class PreconditionRequired(UserError):
    code = "precondition_required"
    vi = "Cần nói rõ đang sửa bản nào của câu hỏi (If-Match). Tải lại câu hỏi rồi sửa."
    en = "Say which version you are changing (If-Match). Reload the question and edit it."


class PreconditionFailed(UserError):
    code = "precondition_failed"
    vi = "Câu hỏi vừa được người khác sửa. Tải lại để không ghi đè lên bản mới."
    en = "Somebody has just changed the question. Reload so that nothing is overwritten."
