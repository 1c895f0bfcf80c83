import { describe, expect, it } from 'vitest';
import type { Choices } from './calls';
import { effectOf, suspicionOf, wordEffectOf, wordSuspicionOf } from './evidence';

const choices = (counts: number[], open = 0): Choices => ({
  as_of: '2026-11-22T15:58:00Z', entries: 40_000, read: 40_000, open, right: counts[1] ?? 0,
  held: counts.reduce((all, one) => all + one, open),
  options: counts.map((count, i) => ({ option: i + 1, count, elsewhere: count ? 0.5 + i / 10 : null })),
  sets: counts.map((count, i) => ({ options: [i + 1], count })), texts: [], other_texts: 0,
});

describe('suspicion', () => {
  it('falls on the option that most people chose where it is no key', () => {
    expect(suspicionOf(choices([10, 20, 70, 0]), [[2]])).toEqual({ option: 3, share: 0.7, elsewhere: 0.7, keyElsewhere: 0.6 });
  });
  it.each([
    ['the key leads', [10, 80, 10, 0], [[2]]],
    ['one of the keys leads', [10, 20, 70, 0], [[2], [3]]],
    ['too few have answered', [0, 1, 4, 0], [[2]]],
    ['the question was dropped', [10, 20, 70, 0], []],
    ['several options belong together', [10, 20, 70, 0], [[1, 2]]],
  ])('is none where %s', (_, counts, keys) => {
    expect(suspicionOf(choices(counts), keys)).toBeNull();
  });
});

describe('the effect of a change', () => {
  const read = choices([10, 20, 65, 0], 5);
  it.each([
    ['correct_key', [[3]], 65, 20],
    ['accept_several', [[2], [3]], 65, 0],
    ['drop_question', [], 80, 0],
  ] as const)('%s to %j raises %i and lowers %i', (kind, keys, gain, lose) => {
    expect(effectOf(read, [[2]], kind, keys.map((key) => [...key]))).toEqual({ gain, lose, isAtLeast: false });
  });
  it('after a drop takes from everybody who had chosen something else', () => {
    expect(effectOf(read, [], 'correct_key', [[3]])).toEqual({ gain: 0, lose: 35, isAtLeast: false });
  });
  it('is at least this where rare sets are not listed', () => {
    expect(effectOf({ ...read, held: 101 }, [[2]], 'correct_key', [[3]]).isAtLeast).toBe(true);
  });
});

describe('what was written', () => {
  const wrote = (fields: Partial<Choices> = {}): Choices => ({
    ...choices([]), held: 100, open: 5, other_texts: 10, right: 20,
    texts: [
      { text: 'Năm 2045', count: 60, is_accepted: false, elsewhere: 0.9 },
      { text: '2030', count: 20, is_accepted: true, elsewhere: 0.7 },
      { text: '2035', count: 5, is_accepted: false, elsewhere: 0.2 },
    ],
    ...fields,
  });

  it('is suspicious where more people agree on another text than on a right one', () => {
    expect(wordSuspicionOf(wrote())).toEqual({ text: 'Năm 2045', share: 0.6, elsewhere: 0.9, keyElsewhere: 0.7 });
    expect(wordSuspicionOf(wrote({ texts: wrote().texts.slice(1) }))).toBeNull();
    expect(wordSuspicionOf(wrote({ texts: [{ text: 'a', count: 4, is_accepted: false, elsewhere: null }] }))).toBeNull();
  });

  it.each([
    ['accept_several', ['2030', ' năm  2045 '], { gain: 60, lose: 0, isAtLeast: true }],
    ['correct_key', ['2035'], { gain: 5, lose: 20, isAtLeast: true }],
    ['drop_question', [], { gain: 80, lose: 0, isAtLeast: false }],
  ] as const)('%s to %j moves %j', (kind, texts, effect) => {
    expect(wordEffectOf(wrote(), ['2030'], kind, texts)).toEqual(effect);
  });

  it('takes from everybody else after a drop', () => {
    const dropped = wrote({ texts: wrote().texts.map((one) => ({ ...one, is_accepted: false })) });
    expect(wordEffectOf(dropped, [], 'correct_key', ['2030'])).toEqual({ gain: 0, lose: 80, isAtLeast: true });
  });
});
