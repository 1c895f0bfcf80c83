import { describe, expect, it } from 'vitest';
import { fillHours, foldDays, niceTop } from './hours';

describe('fillHours', () => {
  it('fills quiet hours with zero and sorts', () => {
    const hours = [
      { hour: '2026-11-23T10:00:00+07:00', entries: 4, people: 3 },
      { hour: '2026-11-23T08:00:00+07:00', entries: 2, people: 2 },
    ];

    expect(fillHours(hours)).toEqual([hours[1], { hour: '2026-11-23T02:00:00.000Z', entries: 0, people: 0 }, hours[0]]);
    expect(fillHours([])).toEqual([]);
  });
});

describe('foldDays', () => {
  it('cuts at midnight in Hanoi', () => {
    const hours = [
      { hour: '2026-11-23T16:00:00.000Z', entries: 2, people: 2 },
      { hour: '2026-11-23T17:00:00.000Z', entries: 3, people: 1 },
      { hour: '2026-11-23T18:00:00.000Z', entries: 1, people: 0 },
    ];

    expect(foldDays(hours)).toEqual([
      { hour: '2026-11-22T17:00:00.000Z', entries: 2, people: 2 },
      { hour: '2026-11-23T17:00:00.000Z', entries: 4, people: 1 },
    ]);
  });
});

describe('niceTop', () => {
  it.each([
    [0, 4],
    [7, 8],
    [12, 15],
    [201, 250],
    [5100, 6000],
  ])('%i -> %i', (value, top) => {
    expect(niceTop(value)).toBe(top);
  });
});
