import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countsAs, earlierAlike, reading } from './reading';

const vectors = JSON.parse(readFileSync(new URL('../../../../tests/vectors/readings.json', import.meta.url), 'utf8')) as { text: string; reading: string }[];

describe('reading', () => {
  it.each(vectors.map((one) => [JSON.stringify(one.text), one] as const))('reads %s as the server does', (_, one) => {
    expect([reading(one.text), reading(one.reading)]).toEqual([one.reading, one.reading]);
  });
});

describe('earlierAlike', () => {
  it('names the first text that reads the same', () => {
    expect(earlierAlike(['Hòa Lạc', 'Gia Lâm', ' hoà  lạc. ', '', '...', 'HÒA LẠC', 'hoa lac'])).toEqual([null, null, 0, null, null, 0, null]);
  });
});

describe('countsAs', () => {
  it('finds the text that an answer counts as, and none for an empty one', () => {
    const accepted = ['2', 'hai', ''];

    expect(['“Hai”', '2.', 'hái', '', ' . '].map((answer) => countsAs(answer, accepted))).toEqual([1, 0, -1, -1, -1]);
  });
});
