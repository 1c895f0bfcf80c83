import { expect, test } from 'vitest';
import { seenIn } from './seen';

test.each([
  ['haste', { by: 'socket' }, { what: 'haste', by: 'socket' }],
  ['haste', { by: 'http' }, { what: 'haste', by: 'http' }],
  ['haste', {}, { what: 'unknown' }],
  ['haste', { by: 'pigeon' }, { what: 'unknown' }],
  ['seq_conflict', { item: 7, seq: 9, stored: [2], sent: [3] }, { what: 'conflict', item: 7, stored: 'B', sent: 'C' }],
  ['seq_conflict', { item: 1, seq: 2, stored: [1, 4], sent: [] }, { what: 'conflict', item: 1, stored: 'A, D', sent: '' }],
  ['seq_conflict', { item: 1, seq: 2, stored: ['1'], sent: [2] }, { what: 'unknown' }],
  ['seq_conflict', { item: 2, seq: 5, stored_length: 7, sent_length: 0 }, { what: 'words', item: 2, stored: 7, sent: 0 }],
  ['seq_conflict', { item: 2, seq: 5, stored_length: '7', sent_length: 6 }, { what: 'unknown' }],
  ['seq_conflict', { by: 'socket' }, { what: 'unknown' }],
] as const)('%s with %o', (kind, detail, seen) => {
  expect(seenIn({ kind, detail })).toEqual(seen);
});
