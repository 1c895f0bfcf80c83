import { describe, expect, it } from 'vitest';
import { essayPoints, isOpen } from './items';

describe('an essay of a result', () => {
  it.each([
    ['Bài viết', 6090, 6090],
    ['Bài viết', null, null],
    [' \n ', null, 0],
    [null, null, 0],
  ] as const)('%j with the marks %s has %s', (text, points, shown) => {
    expect(essayPoints({ text, points, options: [] })).toBe(shown);
  });
});

it('an answer is open where nothing was chosen or written', () => {
  const option = { option: 1, text: '', is_key: true, is_chosen: false };
  expect([isOpen({ text: null, options: [option] }), isOpen({ text: null, options: [{ ...option, is_chosen: true }] }), isOpen({ text: 'a', options: [] })]).toEqual([true, false, false]);
});
