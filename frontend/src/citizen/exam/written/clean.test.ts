import { describe, expect, it } from 'vitest';
import { clean, lengthOf } from './clean';

describe('clean', () => {
  it.each([
    ['short_text', 'Hà Nội', 'Hà Nội'],
    ['short_text', 'Ha\u0300 No\u0323\u0302i', 'Hà Nội'],
    ['short_text', ' 7,5 % ', ' 7,5 % '],
    ['short_text', 'một\r\nhai\tba', 'một hai ba'],
    ['short_text', '  \n ', ''],
    ['essay', 'một\r\nhai\rba\n\nbốn\tnăm', 'một\nhai\nba\n\nbốn năm'],
    ['essay', 'a\u0000b\u001bc\u202ed\u2066e', 'abcde'],
    ['short_text', '\ufeffHà\u200b N\u00adội\u2060', 'Hà Nội'],
    ['short_text', 'Ha\u200c\u0300', 'Hà'],
    ['short_text', ' \u200b ', ''],
    ['essay', 'một\u200b\n\ufeffhai\u200d', 'một\nhai'],
    ['essay', 'nửa \ud83c rồi 🌾', 'nửa  rồi 🌾'],
    ['essay', '<b>&amp;</b>', '<b>&amp;</b>'],
  ] as const)('%s: %j', (kind, raw, text) => {
    expect(clean(raw, kind)).toBe(text);
  });

  it('counts as the server does', () => {
    expect([lengthOf(''), lengthOf('Hà Nội'), lengthOf('🌾🌾')]).toEqual([0, 6, 2]);
  });
});
