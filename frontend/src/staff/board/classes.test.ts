import { describe, expect, it } from 'vitest';
import { classify, classOf } from './classes';

describe('classify', () => {
  it('cuts into five classes of equal size', () => {
    const values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

    expect(classify(values)).toEqual([
      { number: 1, from: 10, to: 20, count: 2 },
      { number: 2, from: 30, to: 40, count: 2 },
      { number: 3, from: 50, to: 60, count: 2 },
      { number: 4, from: 70, to: 80, count: 2 },
      { number: 5, from: 90, to: 100, count: 2 },
    ]);
  });

  it('keeps equal values together and spreads the shades of fewer classes', () => {
    expect(classify([5, 5, 5, 5, 5, 9])).toEqual([
      { number: 2, from: 5, to: 5, count: 5 },
      { number: 4, from: 9, to: 9, count: 1 },
    ]);
  });

  it('still makes five classes above a crowd of equal values', () => {
    const values = [1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 9, 42];

    expect(classify(values).map(({ from, to }) => [from, to])).toEqual([[1, 1], [2, 3], [4, 4], [9, 9], [42, 42]]);
  });

  it('leaves zeros out and copes with nothing', () => {
    expect(classify([0, 0, 7])).toEqual([{ number: 3, from: 7, to: 7, count: 1 }]);
    expect(classify([])).toEqual([]);
  });
});

describe('classOf', () => {
  const classes = classify([1, 2, 3, 4, 5]);

  it('finds the class, nobody and no number', () => {
    expect([1, 3, 5, 0, null].map((value) => classOf(value, classes))).toEqual([1, 3, 5, 0, null]);
  });

  it('puts a newer, larger value into the highest class', () => {
    expect(classOf(99, classes)).toBe(5);
  });
});
