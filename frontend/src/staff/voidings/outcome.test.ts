import { expect, test } from 'vitest';
import type { FoundAttempt } from './calls';
import { outcomes, stakes } from './outcome';

function attempt(uuid: string, fields: Partial<FoundAttempt> = {}): FoundAttempt {
  return {
    uuid, round_title: 'Đợt 1', number: 1, state: 'submitted', submitted_at: '2026-11-18T12:00:00+07:00', used_ms: 90_000,
    correct_count: 18, item_count: 20, is_voided: false, voiding: null, is_line: false, next: null, is_only: false, ...fields,
  };
}
const best = attempt('a', { is_line: true, next: { correct_count: 17, item_count: 20 } });
const all = [best, attempt('b'), attempt('c'), attempt('d', { round_title: 'Đợt 2', is_line: true, is_only: true })];

test.each([
  [[], []],
  [['a'], [{ kind: 'next', round: 'Đợt 1', correct: 17, of: 20 }]],
  [['b'], [{ kind: 'entry', round: 'Đợt 1' }]],
  [['a', 'b'], [{ kind: 'another', round: 'Đợt 1' }]],
  [['a', 'b', 'c', 'd'], [{ kind: 'leaves', round: 'Đợt 1' }, { kind: 'leaves', round: 'Đợt 2' }]],
] as const)('voiding %j', (chosen, expected) => {
  expect(outcomes(all, new Set(chosen))).toEqual(expected);
});

test('an attempt that is voided already keeps nobody on the board', () => {
  expect(outcomes([best, attempt('b', { is_voided: true })], new Set(['a']))).toEqual([{ kind: 'leaves', round: 'Đợt 1' }]);
});

const none = { prize: null, unit_prizes: [] };
const second = { prizes: ['Giải Nhì'], is_undecided: false, may_be_none: false, tied: 1 };
const drawn = { prizes: ['Giải Nhất', 'Giải Nhì'], is_undecided: true, may_be_none: true, tied: 4 };
const looked = all.map((one) => ({ ...one, prize: one.round_title === 'Đợt 1' ? second : drawn, unit_prizes: ['Nhất tập thể'] }));

test.each([
  [[], []],
  [['a'], [{ kind: 'prize', round: 'Đợt 1', prizes: ['Giải Nhì'] }]],
  [['b'], []],
  [['d'], [{ kind: 'undecided', round: 'Đợt 2', prizes: ['Giải Nhất', 'Giải Nhì'] }, { kind: 'units', round: 'Đợt 2', prizes: ['Nhất tập thể'] }]],
] as const)('voiding %j touches prizes', (chosen, expected) => {
  expect(stakes(looked, new Set(chosen))).toEqual(expected);
});

test('where nothing hangs on the person no prize is named', () => {
  expect(stakes(all.map((one) => ({ ...one, ...none })), new Set(['a', 'b', 'c', 'd']))).toEqual([]);
});
