import { describe, expect, it } from 'vitest';
import type { Change, ContestQuestion } from './calls';
import { accepting, againOf, isSameKeys, keysFor, keyText, problemOf, textsFor, undoOf } from './plan';

const question = (fields: Partial<ContestQuestion> = {}): ContestQuestion => ({
  question: 'u', key: 'cau-7', version: 2, kind: 'single', stem: 'Câu hỏi?', keys: [[2]], texts: [], rounds: [], explanation: '', citations: [],
  options: [1, 2, 3, 4].map((option) => ({ option, text: `Phương án ${option}` })), ...fields,
});
const change = (fields: Partial<Change>): Change => ({
  question: 'u', key: 'cau-7', version: 2, stem: '', options: [], kind: 'correct_key', old_keys: [[2]], new_keys: [[3]], old_texts: [], new_texts: [], ...fields,
});
const made = (...changes: Change[]): { changes: Change[]; entered_essays: number | null } => ({ changes, entered_essays: null });

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

describe('a change of a question answered in words', () => {
  const wordy = question({ kind: 'short_text', keys: [], options: [], texts: ['Năm 2030'] });
  it.each([
    ['correct_key', [''], 'none_written'],
    ['correct_key', ['...'], 'none_written'],
    ['correct_key', [' năm  2030.'], 'unchanged'],
    ['correct_key', ['2045'], null],
    ['accept_several', ['Năm 2030'], 'one_more'],
    ['accept_several', ['Năm 2030', ''], 'empty_set'],
    ['accept_several', ['2045', ' 2045. '], 'twice'],
    ['accept_several', ['Năm 2030', '2030'], null],
    ['drop_question', [], null],
  ] as const)('of kind %s with texts %j has the problem %s', (kind, texts, problem) => {
    expect(problemOf(kind, [], wordy, texts)).toBe(problem);
  });

  it('begins empty, but keeps the right texts where several are accepted', () => {
    expect((['correct_key', 'accept_several', 'drop_question'] as const).map((kind) => [keysFor(kind, wordy), textsFor(kind, wordy)])).toEqual([[[], ['']], [[], ['Năm 2030']], [[], []]]);
    expect([textsFor('accept_several', question()), textsFor('accept_several', { ...wordy, texts: [] })]).toEqual([[], ['']]);
  });

  it('takes a text that many wrote beside those that are right, once', () => {
    const start = { question: 'u', version: 2, kind: 'correct_key', keys: [], texts: [''] } as const;
    const once = accepting('2030', { ...start, keys: [], texts: [''] }, wordy);
    expect(once).toEqual({ kind: 'accept_several', texts: ['Năm 2030', '2030'] });
    const more = { ...start, keys: [], ...once, texts: [...(once.texts ?? []), ''] };
    expect(accepting('Hai nghìn', more, wordy)).toEqual({ kind: 'accept_several', texts: ['Năm 2030', '2030', 'Hai nghìn'] });
    expect(accepting(' 2030 ', more, wordy)).toEqual(once);
    expect(accepting('2030', { ...start, keys: [], texts: ['2045', ' '] }, wordy)).toEqual({ kind: 'accept_several', texts: ['2045', '2030'] });
    expect(accepting('2030', { ...start, keys: [], texts: ['2045', 'Năm 2045'] }, wordy)).toEqual({ kind: 'accept_several', texts: ['2045', 'Năm 2045', '2030'] });
    expect(accepting('2030', { ...start, keys: [], texts: [] }, { ...wordy, texts: [] })).toEqual({ kind: 'correct_key', texts: ['2030'] });
  });

  it('is put back by the old texts and repeated by the new ones', () => {
    const changed = change({ old_keys: [], new_keys: [], old_texts: ['Năm 2030'], new_texts: ['Năm 2030', '2030'], kind: 'accept_several' });
    const dropped = change({ old_keys: [], new_keys: [], kind: 'drop_question', old_texts: ['a', 'b'] });
    expect(undoOf(made(changed, dropped)).changes.map(({ kind, texts }) => [kind, texts])).toEqual([['correct_key', ['Năm 2030']], ['accept_several', ['a', 'b']]]);
    expect(againOf(made(changed)).changes.map(({ kind, texts }) => [kind, texts])).toEqual([['accept_several', ['Năm 2030', '2030']]]);
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
    const undone = undoOf(made(change({}), change({ old_keys: [[1], [2]] }), change({ old_keys: [] })));
    expect(undone.changes.map(({ kind, keys }) => [kind, keys])).toEqual([
      ['correct_key', [[2]]],
      ['accept_several', [[1], [2]]],
      ['drop_question', []],
    ]);
  });
  it('and once more asks for the new ones', () => {
    expect(againOf(made(change({})))).toEqual({ changes: [{ question: 'u', version: 2, kind: 'correct_key', keys: [[3]], texts: [] }], entersMarks: false });
  });
  it('takes marks along only where the set is repeated: those that entered stay', () => {
    const mixed = { ...made(change({})), entered_essays: 0 };
    expect([undoOf(mixed).entersMarks, againOf(mixed).entersMarks]).toEqual([false, true]);
  });
});
