import { describe, expect, it } from 'vitest';
import { hashOf, KnownTexts } from './known';

describe('KnownTexts', () => {
  it('knows by item what was added, and again what a device has kept', () => {
    const known = new KnownTexts();
    known.add(3, 'Hà Nội');
    known.add(3, '');
    known.add(3, undefined);
    const again = new KnownTexts();
    again.take(structuredClone(known.list()));

    for (const one of [known, again]) {
      expect([one.has(3, 'Hà Nội'), one.has(3, ''), one.has(3, 'Hà Nội '), one.has(2, 'Hà Nội')]).toEqual([true, true, false, false]);
    }
  });

  it('has one whole number for each of many texts that differ little', () => {
    const hashes = Array.from({ length: 20_000 }, (_, i) => hashOf(`${'câu '.repeat(i % 40)}${i}`));

    expect([new Set(hashes).size, hashes.every(Number.isSafeInteger)]).toEqual([20_000, true]);
  });
});
