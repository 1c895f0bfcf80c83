import { expect, test } from 'vitest';
import { begun, readView } from './view';

const closed = { uuid: 'a', state: 'closed' } as const;
const open = { uuid: 'b', state: 'open' } as const;
const upcoming = { uuid: 'c', state: 'upcoming' } as const;
const read = (address: string, rounds = [closed, open, upcoming] as Parameters<typeof readView>[1]) => readView(new URLSearchParams(address), rounds);

test.each([
  ['', { round: 'b', kind: null }],
  ['round=a&kind=haste', { round: 'a', kind: 'haste' }],
  ['kind=seq_conflict', { round: 'b', kind: 'seq_conflict' }],
  ['kind=device', { round: 'b', kind: 'device' }],
  ['round=c', { round: 'b', kind: null }],
  ['round=nothing&kind=cheating', { round: 'b', kind: null }],
])('the address "%s" is read', (address, view) => {
  expect(read(address)).toEqual(view);
});

test('without an open round the last that began is meant, and none before the first', () => {
  expect(read('', [{ ...closed, uuid: '1' }, { ...closed, uuid: '2' }, upcoming])).toEqual({ round: '2', kind: null });
  expect(read('round=c', [upcoming])).toEqual({ round: null, kind: null });
});

test('a round that is yet to open is not offered', () => {
  expect(begun([closed, open, upcoming])).toEqual([closed, open]);
});
