/** Questions that want words, in Vietnamese. */
const words = {
  'written.short_text': 'Điền câu trả lời',
  'written.essay': 'Viết câu trả lời',
  'written.unsaved': 'Chưa lưu',
  'written.unsaved_count': (n: number) => `Chưa lưu ${n} câu`,
  'written.too_long': (numbers: string) => `Câu ${numbers}: dài quá mức cho phép. Phần viết sau lần lưu gần nhất sẽ không được tính.`,
  'written.saved': 'Đã lưu',
  'written.count': (n: string, of: string) => `${n} / ${of}`,
  'written.limit': (of: string) => `Tối đa ${of} ký tự.`,
  'written.over': (n: string) => `Dài quá ${n} ký tự: phần vừa viết chưa được lưu. Rút ngắn thì bài tự lưu.`,
  'written.over_spoken': 'Dài quá mức cho phép: phần vừa viết chưa được lưu. Rút ngắn thì bài tự lưu.',
  'written.aside': 'Máy chủ giữ câu trả lời viết ở nơi khác, nay hiện trong ô bên dưới. Đoạn này viết trên máy này, chưa được lưu:',
  'written.aside_mine': 'Đoạn viết trên máy này',
  'written.aside_keep': 'Thay bằng đoạn này',
  'written.aside_drop': 'Bỏ đoạn này',
  'written.aside_at': (n: number) => `Câu ${n}: có đoạn viết trên máy này chưa được lưu.`,
  'written.keys': 'Phím Esc: ra khỏi ô viết để dùng các phím tắt.',
  'written.aside_open': (n: number) => `Mở câu ${n}`,
};
export default words;
export type Words = typeof words;
