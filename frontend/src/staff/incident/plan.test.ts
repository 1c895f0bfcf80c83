import { describe, expect, it } from 'vitest';
import type { Change, ContestQuestion } from './calls';
import { againOf, isSameKeys, keysFor, keyText, problemOf, undoOf } from './plan';

const question = (fields: Partial<ContestQuestion> = {}): ContestQuestion => ({
  question: 'u', key: 'cau-7', version: 2, kind: 'single', stem: 'Câu hỏi?', keys: [[2]], rounds: [], explanation: '', citations: [],
  options: [1, 2, 3, 4].map((option) => ({ option, text: `Phương án ${option}` })), ...fields,
});
const change = (fields: Partial<Change>): Change => ({
  question: 'u', key: 'cau-7', version: 2, stem: '', options: [], kind: 'correct_key', old_keys: [[2]], new_keys: [[3]], ...fields,
});

describe('a change', () => {
  it.each([
    ['correct_key', [], 'none_chosen'],
    ['correct_key', [[2]], 'unchanged'],
    ['correct_key', [[3]], null],
    ['accept_several', [[2]], 'one_more'],
    ['accept_several', [[3], [2]], null],
    ['drop_question', [], null],
  ] as const)('of kind %s with keys %j has the problem %s', (kind, keys, problem) => {
    expect(problemOf(kind, keys.map((key) => [...key]), question())).toBe(problem);
  });

  it('of a question with several right options compares whole sets', () => {
    const many = question({ kind: 'multiple', keys: [[1, 3]] });
    expect([
      problemOf('correct_key', [[]], many),
      problemOf('correct_key', [[3, 1]], many),
      problemOf('accept_several', [[1, 3], []], many),
      problemOf('accept_several', [[1, 3], [3, 1]], many),
      problemOf('accept_several', [[1, 3], [1]], many),
    ]).toEqual(['none_chosen', 'unchanged', 'empty_set', 'twice', null]);
  });

  it('of a dropped question cannot drop it again', () => {
    expect([problemOf('drop_question', [], question({ keys: [] })), problemOf('correct_key', [[2]], question({ keys: [] }))]).toEqual(['unchanged', null]);
  });

  it('begins without a guess, but keeps the present key where several are accepted', () => {
    expect([keysFor('correct_key', question()), keysFor('accept_several', question()), keysFor('drop_question', question())]).toEqual([[], [[2]], []]);
  });
});

describe('keys', () => {
  it('are the same in any order', () => {
    expect([isSameKeys([[1, 3], [2]], [[2], [3, 1]]), isSameKeys([[1]], [[1], [2]])]).toEqual([true, false]);
  });
  it('are written with letters', () => {
    expect([keyText([[2]], 'hoặc'), keyText([[1, 3], [2]], 'hoặc')]).toEqual(['B', 'A+C hoặc B']);
  });
});

describe('putting back', () => {
  it('asks for the old keys in the kind that says them', () => {
    const undone = undoOf([change({}), change({ old_keys: [[1], [2]] }), change({ old_keys: [] })]);
    expect(undone.map(({ kind, keys }) => [kind, keys])).toEqual([
      ['correct_key', [[2]]],
      ['accept_several', [[1], [2]]],
      ['drop_question', []],
    ]);
  });
  it('and once more asks for the new ones', () => {
    expect(againOf([change({})])).toEqual([{ question: 'u', version: 2, kind: 'correct_key', keys: [[3]] }]);
  });
});
