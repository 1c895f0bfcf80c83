/** Words around the fingerprint of the rules, in Vietnamese. */
const words = {
  'proof.open': 'Tự kiểm tra mã này',
  'proof.text': 'Mã là SHA-256 của đúng tệp thể lệ dưới đây, không thừa không thiếu một ký tự. Tải tệp về, tính lại bằng công cụ bất kỳ, so với mã ở trên:',
  'proof.windows': 'trên Windows:',
  'proof.same': 'Thiết bị này vừa tính lại: khớp với mã ở trên.',
  'proof.other': 'Thiết bị này vừa tính lại: KHÔNG khớp với mã ở trên. Hãy báo ban tổ chức.',
  'proof.unable': 'Trình duyệt này không tự tính được mã. Hãy tải tệp về để tính.',
  'proof.download': 'Tải tệp thể lệ (JSON)',
  'proof.file': 'Tệp thể lệ',
};
export default words;
export type Words = typeof words;
