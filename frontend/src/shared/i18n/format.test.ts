import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { formatClock, formatCountdown, formatDuration, formatMoment, formatNumber, formatShare, formatTimer } from './format';

describe('formats in Vietnamese', () => {
  it('shows every moment in Asia/Ho_Chi_Minh', () => {
    expect([formatMoment('2026-11-29T16:00:00Z'), formatClock('2026-11-22T17:00:12Z'), formatMoment('2026-11-23T01:00:00Z')]).toEqual(
      ['23:00 Chủ nhật 29/11', '00:00:12', '08:00 thứ Hai 23/11'],
    );
  });

  it('groups thousands by points', () => {
    expect([formatNumber(12_480), formatShare(0.1234)]).toEqual(['12.480', '12,3 %']);
  });

  it.each([
    [900_000, '15:00'],
    [59_001, '1:00'],
    [1, '0:01'],
    [0, '0:00'],
    [-5, '0:00'],
    [10_979_000, '3:02:59'],
  ])('timer of %i ms is %s', (ms, text) => {
    expect(formatTimer(ms)).toBe(text);
  });

  it('counts days until the last one, then as a clock', () => {
    expect([formatCountdown(183_600_000), formatCountdown(172_800_000), formatCountdown(3_600_000)]).toEqual(['2 ngày 3 giờ', '2 ngày', '1:00:00']);
  });

  it('says how long something took', () => {
    expect([formatDuration(725_000), formatDuration(42_400), formatDuration(120_000)]).toEqual(['12 phút 5 giây', '42 giây', '2 phút']);
  });
});

describe('fold', () => {
  it('takes away diacritics, case and spare spaces', () => {
    expect([fold('  Hoàn  Kiếm '), fold('ĐỐNG ĐA'), fold('Cửa Nam')]).toEqual(['hoan kiem', 'dong da', 'cua nam']);
  });
});
