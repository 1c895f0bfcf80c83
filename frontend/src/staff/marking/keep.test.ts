import { beforeEach, expect, it } from 'vitest';
import { stubStorage } from '$shared/storage.stand';
import { keep } from './keep';

const stored = new Map<string, string>();

beforeEach(() => {
  stubStorage(stored, 'an');
});

it('a mark that has not reached the server is given back, without what it was typed over', () => {
  keep.write('s', { text: '7,25', remark: 'xem lại', stored: null });

  expect([keep.read('s', null), keep.read('t', null)]).toEqual([{ text: '7,25', remark: 'xem lại' }, null]);
});

it('is dropped once another mark of theirs is stored', () => {
  keep.write('s', { text: '7', remark: '', stored: 4200 });

  expect(keep.read('s', 4200)).toEqual({ text: '7', remark: '' });
  expect(keep.read('s', 5040)).toBeNull();
  expect(keep.read('s', 4200)).toBeNull();
});
