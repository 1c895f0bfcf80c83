import { describe, expect, it } from 'vitest';
import type { Choices } from './calls';
import { effectOf, suspicionOf } from './evidence';

const choices = (counts: number[], open = 0): Choices => ({
  as_of: '2026-11-22T15:58:00Z', entries: 40_000, read: 40_000, open, right: counts[1] ?? 0,
  held: counts.reduce((all, one) => all + one, open),
  options: counts.map((count, i) => ({ option: i + 1, count, elsewhere: count ? 0.5 + i / 10 : null })),
  sets: counts.map((count, i) => ({ options: [i + 1], count })),
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
