import { beforeEach, describe, expect, it, vi } from 'vitest';
import { keep } from './keep';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    get length() {
      return stored.size;
    },
    key: (i: number) => [...stored.keys()][i] ?? null,
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value),
    removeItem: (name: string) => stored.delete(name),
  });
});

describe('a mark that has not reached the server', () => {
  it('is given back to who typed it and to nobody else', () => {
    keep.write('an', 's', { text: '7,25', remark: 'xem lại', stored: null });

    expect([keep.read('binh', 's', null), keep.read(null, 's', null), keep.read('an', 't', null)]).toEqual([null, null, null]);
    expect(keep.read('an', 's', null)).toEqual({ text: '7,25', remark: 'xem lại' });
  });

  it('is dropped once another mark of theirs is stored', () => {
    keep.write('an', 's', { text: '7', remark: '', stored: 4200 });

    expect(keep.read('an', 's', 4200)).toEqual({ text: '7', remark: '' });
    expect(keep.read('an', 's', 5040)).toBeNull();
    expect(keep.read('an', 's', 4200)).toBeNull();
  });

  it('is not kept while nobody is known to mark', () => {
    keep.write(null, 's', { text: '7', remark: '', stored: null });
    expect(stored.size).toBe(0);
  });

  it('leaves with the person, as do those of an earlier build, and nothing else does', () => {
    stored.set('hoithi.staff.mark.s', '["9","của người khác"]');
    stored.set('hoithi.staff.draft.new', '{}');
    keep.write('an', 's', { text: '7', remark: '', stored: null });
    keep.clear();

    expect([...stored.keys()]).toEqual(['hoithi.staff.draft.new']);
  });

  it('that cannot be read is taken for nothing', () => {
    stored.set('hoithi.staff.mark.an.s', '{');
    expect(keep.read('an', 's', null)).toBeNull();
  });
});
