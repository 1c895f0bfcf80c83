"""Refusals of the standings app."""

from backend.core.errors import UserError


class CursorRefused(UserError):
    code = "cursor_refused"
    vi = "Trang xếp hạng này không còn dùng được. Tải lại từ đầu bảng."
    en = "This page of the standings is no longer valid. Start again from the top."


class BoardAlreadyFrozen(UserError):
    code = "board_frozen"
    vi = "Bảng xếp hạng của đợt này đang tạm dừng rồi."
    en = "The standings of this round are frozen already."


class BoardNotFrozen(UserError):
    code = "board_not_frozen"
    vi = "Bảng xếp hạng của đợt này không tạm dừng."
    en = "The standings of this round are not frozen."


class BoardPublished(UserError):
    code = "board_published"
    vi = "Bảng xếp hạng của đợt này đã được công bố chính thức."
    en = "The standings of this round have been published as final."


class RoundNotOver(UserError):
    code = "round_not_over"
    vi = "Đợt thi chưa kết thúc với tất cả mọi người. Chờ đóng đợt và các bài đang làm kết thúc."
    en = "The round is not over for everybody. Wait for its close and for the open attempts to end."


class PublicationStateRefused(UserError):
    code = "publication_state"
    vi = "Đợt thi này không có đề nghị công bố nào đang chờ, hoặc đã có một đề nghị."
    en = "There is no publication waiting for this round, or there is one already."


class OwnPublication(UserError):
    code = "own_publication"
    vi = "Người đề nghị công bố không tự xác nhận. Cần một người khác xác nhận."
    en = "People do not confirm the publication they asked for. Another person has to."
