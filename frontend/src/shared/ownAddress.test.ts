import { expect, test } from 'vitest';

import { ownAddress } from './ownAddress';

test.each([
  ['/quan-tri/duyet?a=1', '/quan-tri/duyet?a=1'],
  [null, '/home'],
  ['', '/home'],
  ['//evil.example', '/home'],
  ['/\\evil.example', '/home'],
  ['https://evil.example', '/home'],
  ['javascript:alert(1)', '/home'],
])('%s leads to %s', (next, expected) => {
  expect(ownAddress(next, '/home')).toBe(expected);
});
