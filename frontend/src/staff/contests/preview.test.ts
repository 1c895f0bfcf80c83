import { describe, expect, it } from 'vitest';
import { nextSeed, readSample } from './preview';

describe('the sample that an address asks for', () => {
  it.each([
    ['', null],
    ['mau=', null],
    ['mau=61', null],
    ['mau=100000', null],
    ['mau=nhiều', null],
    ['mau=60', { count: 60, seed: 1 }],
    ['mau=1000&hat=7', { count: 1000, seed: 7 }],
    ['mau=20&hat=-1', { count: 20, seed: 1 }],
    ['mau=20&hat=1.5', { count: 20, seed: 1 }],
    ['mau=20&hat=2147483648', { count: 20, seed: 1 }],
  ])('of "%s" is %o', (search, sample) => {
    expect(readSample(new URLSearchParams(search))).toEqual(sample);
  });

  it('goes on to another one, round and round', () => {
    expect([nextSeed(1), nextSeed(2 ** 31 - 1)]).toEqual([2, 0]);
  });
});
