import { describe, expect, it } from 'vitest';
import { formatClosing, formatOpening, formatPeriod } from './period';

describe('a period in Vietnamese', () => {
  it('has weekday, day without zeros, and year, wherever the reader is', () => {
    expect(formatPeriod('2026-11-02T01:00:00Z', '2026-11-08T16:00:00Z')).toBe('08:00 thứ Hai 2/11/2026 đến 23:00 Chủ nhật 8/11/2026');
  });

  it.each([
    ['2026-11-08T17:00:00Z', '24:00 Chủ nhật 8/11/2026'],
    ['2026-12-31T17:00:00Z', '24:00 thứ Năm 31/12/2026'],
    ['2026-11-08T17:00:59Z', '24:00 Chủ nhật 8/11/2026'],
    ['2026-11-08T16:59:00Z', '23:59 Chủ nhật 8/11/2026'],
    ['2026-11-08T17:01:00Z', '00:01 thứ Hai 9/11/2026'],
  ])('closing at %s is %s', (iso, text) => {
    expect(formatClosing(iso)).toBe(text);
  });

  it('opens at midnight in the first moment of the day', () => {
    expect(formatOpening('2026-11-08T17:00:00Z')).toBe('00:00 thứ Hai 9/11/2026');
  });
});
