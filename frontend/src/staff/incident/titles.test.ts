import { describe, expect, it } from 'vitest';
import type { Change, RegradeLine } from './calls';
import { appliedTextOf, cancelDoneOf, cancelTitleOf, titleOf } from './titles';

const line = (changes: Change[], entered: number | null): RegradeLine => ({ changes, entered_essays: entered, base_key_version: 1, target_key_version: 2 }) as RegradeLine;
const change = {} as Change;

describe('what is said of a set', () => {
  it('of marks alone speaks of no key', () => {
    const marks = line([], 3);
    const said = [titleOf(marks), appliedTextOf(marks), cancelTitleOf(marks), cancelDoneOf(marks)];
    expect(said).toEqual([
      'Bộ điểm tự luận, bản 2',
      'Điểm, hạng và số đếm ở mọi trang đã tính điểm tự luận của bộ này. Kết quả theo bản 1 vẫn được giữ và xem lại được ở dưới.',
      'Hủy bộ điểm tự luận?',
      'Đã hủy bộ điểm tự luận. Điểm đã chấm chờ bộ sau.',
    ]);
  });
  it.each([null, 3])('that corrects a key speaks of keys, with the marks of %s essays', (entered) => {
    expect([cancelTitleOf(line([change], entered)), cancelDoneOf(line([change], entered))]).toEqual(['Hủy bộ sửa đáp án?', 'Đã hủy bộ sửa đáp án.']);
  });
});
