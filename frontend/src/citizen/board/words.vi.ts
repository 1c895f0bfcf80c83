/** The big public board, in Vietnamese. */
const words = {
  'board.people': 'người',
  'board.entries': 'lượt',
  'board.all_correct': 'đúng hết',
  'board.top': 'Dẫn đầu',
  'board.closes': 'Đóng sau',
  'board.opens': 'Mở sau',
  'board.closed': 'Đợt thi đã đóng',
  'board.frozen': (at: string) => `Bảng xếp hạng tạm dừng từ ${at}`,
  'board.final': 'Kết quả chính thức',
  'board.provisional': 'Tạm tính',
  'board.cut': 'Mất kết nối, số đang đứng yên',
  'board.empty': 'Chờ bài nộp đầu tiên',
  'board.later': (at: string) => `Kết quả công bố lúc ${at}`,
  'board.title': 'Bảng lớn',
};
export default words;
export type Words = typeof words;
