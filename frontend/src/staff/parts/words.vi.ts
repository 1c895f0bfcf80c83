/** Words of the parts that several staff pages use, in Vietnamese. */
const words = {
  'act.before': 'Khi xác nhận',
  'act.reason': 'Lý do',
  'act.reason_missing': 'Nêu lý do; lý do được ghi vào nhật ký.',
};
export default words;
