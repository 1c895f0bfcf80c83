import { describe, expect, it } from 'vitest';
import { quickOf, stepped, textOf, unitsOf } from './points';

const rule = { most: 8400, step: 210 };

describe('a mark as it is typed', () => {
  it.each([
    ['7,25', 6090],
    ['7.25', 6090],
    [' 10 ', 8400],
    ['0', 0],
    ['0,5', 420],
    ['9,', 7560],
  ])('%s is read', (text, units) => expect(unitsOf(text, rule)).toBe(units));
  it.each(['', ' ', '10,25', '7,3', '-1', '1e1', 'bảy', '7,2,5', '0x8', '11'])('%s is no mark', (text) => expect(unitsOf(text, rule)).toBeNull());
  it('is written as people write it', () => expect([textOf(6090, ','), textOf(6090, '.'), textOf(8400, ',')]).toEqual(['7,25', '7.25', '10']));
});

it('a step stays within the ends', () => {
  expect([stepped(0, -1, rule), stepped(8400, 1, rule), stepped(null, 1, rule), stepped(6090, 1, rule)]).toEqual([0, 8400, 210, 6300]);
});

it('the quick choices are few and reach from nothing to the most', () => {
  const points = (most: number): number[] => quickOf(most * 840).map((units) => units / 840);
  expect(points(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(points(20)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(points(3)).toEqual([0, 1, 2, 3]);
  expect(points(25)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 25]);
});
