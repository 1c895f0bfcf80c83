import { describe, expect, it } from 'vitest';
import { match } from './router.svelte';

const table = { home: '/', exam: '/thi/:attempt', unit: '/bang/:round/:unit' } as const;

describe('match', () => {
  it.each([
    ['/', { name: 'home', params: {} }],
    ['/thi/a1', { name: 'exam', params: { attempt: 'a1' } }],
    ['/thi/a1/', { name: 'exam', params: { attempt: 'a1' } }],
    ['/bang/r/ho%C3%A0n', { name: 'unit', params: { round: 'r', unit: 'hoàn' } }],
    ['/thi/%E0%A4', { name: 'exam', params: { attempt: '%E0%A4' } }],
    ['/thi', null],
    ['/thi/a/b', null],
  ])('%s', (path, found) => {
    expect(match(table, path)).toEqual(found);
  });
});
