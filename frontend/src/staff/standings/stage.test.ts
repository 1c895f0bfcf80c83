import { expect, test } from 'vitest';
import { stageOf } from './stage';

const AT = '2026-11-18T12:00:00+07:00';
const board = { publication: null, is_preparing: false, frozen_at: null };
const publication = { author: 'A', approver: null, created_at: AT, published_at: null };

test.each([
  ['live', board],
  ['frozen', { ...board, frozen_at: AT }],
  ['preparing', { ...board, frozen_at: AT, is_preparing: true }],
  ['waiting', { ...board, frozen_at: AT, publication: { ...publication, state: 'proposed' } }],
  ['final', { ...board, publication: { ...publication, state: 'published' } }],
] as const)('a board is %s', (stage, given) => {
  expect(stageOf(given)).toBe(stage);
});
