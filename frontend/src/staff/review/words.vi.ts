/** Words of the review queue, in Vietnamese. */
const words = {
  'review.title': 'Chờ duyệt',
  'review.lead': 'Đọc câu hỏi cùng căn cứ. Duyệt, hoặc trả lại kèm lý do.',
  'review.progress': (at: string, of: string) => `Câu ${at}/${of}`,
  'review.done': (n: string) => `Đã xử lý ${n} câu trong lần này`,
  'review.empty': 'Không còn câu nào chờ duyệt',
  'review.empty_text': 'Câu hỏi hiện ở đây khi người soạn bấm "Gửi duyệt".',
  'review.bank': 'Đến ngân hàng câu hỏi',
  'review.clause': 'Căn cứ',
  'review.no_clause': 'Câu này chưa có căn cứ.',
  'review.no_summary': 'Không tìm thấy mục này trong khung văn bản.',
  'review.quote': 'Trích',
  'review.edit': 'Mở trong trang soạn',
  'review.author': (name: string) => `Người soạn: ${name}`,
  'review.changed': 'Câu này vừa được người khác xử lý.',
};
export default words;
