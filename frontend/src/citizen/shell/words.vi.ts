/** The frame around every page, in Vietnamese. */
const words = {
  'shell.home': 'Trang chủ',
  'shell.profile': 'Hồ sơ',
  'shell.sign_up': 'Đăng ký',
  'shell.footer': 'Nền tảng mở cho các hội thi tìm hiểu nghị quyết.',
  'shell.not_found': 'Không có trang này',
  'shell.not_found_text': 'Đường dẫn có thể đã cũ hoặc gõ thiếu. Các hội thi đang mở nằm ở trang chủ.',
  'shell.to_home': 'Về trang chủ',
  'shell.page_failed': 'Chưa tải được trang này.',
  'text.size': 'Cỡ chữ',
  'text.normal': 'Cỡ chữ vừa',
  'text.large': 'Cỡ chữ lớn',
  'text.larger': 'Cỡ chữ rất lớn',
};
export default words;
export type Words = typeof words;
