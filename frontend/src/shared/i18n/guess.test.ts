import { describe, expect, it } from 'vitest';
import { formatGuess, readGuess } from './guess';

const PEOPLE = { min: 0, max: 10_000_000, decimals: 0 };
const SHARE = { min: 0, max: 10_000_000, decimals: 5 };

describe('a number of people', () => {
  it.each([
    ['1512', 1_512],
    [' 1.512 ', 1_512],
    ['1 512 991', 1_512_991],
    ['0', 0],
    ['10000000', 10_000_000],
  ])('%s is read', (text, value) => expect(readGuess(text, PEOPLE)).toBe(value));

  it.each(['', 'ba', '-1', '1,5', '1.51', '10000001', '1e3', '12 %', '9999999999'])('%s is none', (text) => expect(readGuess(text, PEOPLE)).toBeNull());
});

describe('a percentage with five decimals', () => {
  it.each([
    ['12,34567 %', 1_234_567],
    ['12.34567', 1_234_567],
    ['66,6', 6_660_000],
    ['0,00001%', 1],
    ['100', 10_000_000],
    ['64,99999', 6_499_999],
  ])('%s is read without losing a step', (text, value) => expect(readGuess(text, SHARE)).toBe(value));

  it.each(['', '101', '100,00001', '12,345678', '12,', ',5', '1.234,5', '-1', '%'])('%s is none', (text) => expect(readGuess(text, SHARE)).toBeNull());
});

describe('what was read is written again', () => {
  it.each([0, 1, 99_999, 100_000, 1_234_567, 6_666_667, 10_000_000])('%i', (value) => {
    expect([readGuess(formatGuess(value, PEOPLE), PEOPLE), readGuess(formatGuess(value, SHARE), SHARE)]).toEqual([value, value]);
  });

  it('as people here write it', () => {
    expect([formatGuess(1_512, PEOPLE), formatGuess(1_234_567, SHARE), formatGuess(5, SHARE), formatGuess(7, null)]).toEqual(['1.512', '12,34567 %', '0,00005 %', '7']);
  });
});
