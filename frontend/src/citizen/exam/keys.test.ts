import { describe, expect, it } from 'vitest';
import { readKey } from './keys';

const press = (key: string, more: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, target: null, ...more });

describe('readKey', () => {
  it.each([
    ['1', 0],
    ['4', 3],
    ['5', null],
    ['a', 0],
    ['D', 3],
    ['e', null],
    ['ArrowRight', 'next'],
    ['n', 'next'],
    ['ArrowLeft', 'previous'],
    ['P', 'previous'],
    ['f', 'flag'],
    ['r', 'review'],
    ['Enter', null],
    ['Tab', null],
  ])('%s means %s', (key, act) => {
    expect(readKey(press(key), 4)).toBe(act);
  });

  it('leaves the browser its shortcuts and a field its letters', () => {
    expect(readKey(press('r', { ctrlKey: true }), 4)).toBeNull();
    expect(readKey(press('1', { target: { tagName: 'INPUT', type: 'text' } }), 4)).toBeNull();
    expect(readKey(press('1', { target: { tagName: 'INPUT', type: 'radio' } }), 4)).toBe(0);
    for (const key of ['1', 'a', 'n', 'f', 'r', 'ArrowLeft', 'ArrowRight']) {
      expect(readKey(press(key, { target: { tagName: 'TEXTAREA' } }), 4)).toBeNull();
      expect(readKey(press(key, { target: { tagName: 'INPUT', type: 'text' } }), 0)).toBeNull();
    }
  });

  it('has no option to choose where words are wanted, and still moves', () => {
    expect(['1', 'a', 'n', 'f'].map((key) => readKey(press(key), 0))).toEqual([null, null, 'next', 'flag']);
  });
});
