/** What a set of corrections says, before it is sent: which keys a kind needs, what is missing, how to put it back. Pure. */
import type { Change, ChangeKind, ContestQuestion, Keys, NewChange } from './calls';

export const KINDS = ['correct_key', 'accept_several', 'drop_question'] as const satisfies readonly ChangeKind[];
/** Why a change cannot be sent yet; each has a sentence in the words. */
export type Problem = 'none_chosen' | 'one_more' | 'empty_set' | 'twice' | 'unchanged';

export const letterOf = (option: number): string => String.fromCharCode(64 + option);
export const keyText = (keys: Keys, or: string): string => keys.map((key) => key.map(letterOf).join('+')).join(` ${or} `);

const textOf = (key: readonly number[]): string => [...key].sort((a, b) => a - b).join(' ');
const sorted = (keys: Keys): string[] => keys.map(textOf).sort();
export const isSameKeys = (one: Keys, other: Keys): boolean => sorted(one).join('|') === sorted(other).join('|');
const isDropped = (keys: Keys): boolean => keys.length === 0;

/** What stands in the form after somebody turns to another kind: nothing is guessed that would be a correction. */
export function keysFor(kind: ChangeKind, question: ContestQuestion): Keys {
  if (kind === 'drop_question') return [];
  if (kind === 'accept_several') return isDropped(question.keys) && question.kind === 'multiple' ? [[]] : question.keys.map((key) => [...key]);
  return question.kind === 'multiple' ? [[]] : [];
}

export function problemOf(kind: ChangeKind, keys: Keys, question: ContestQuestion): Problem | null {
  if (kind === 'drop_question') return isDropped(question.keys) ? 'unchanged' : null;
  if (keys.length === 0) return 'none_chosen';
  if (keys.some((key) => key.length === 0)) return kind === 'correct_key' ? 'none_chosen' : 'empty_set';
  if (new Set(sorted(keys)).size < keys.length) return 'twice';
  if (kind === 'accept_several' && keys.length < 2) return 'one_more';
  return isSameKeys(keys, question.keys) ? 'unchanged' : null;
}

/** The corrections that bring back the keys from before a set. */
export function undoOf(changes: readonly Change[]): NewChange[] {
  return changes.map(({ question, version, old_keys }) => ({ question, version, kind: kindOf(old_keys), keys: old_keys }));
}
/** The same corrections once more. */
export function againOf(changes: readonly Change[]): NewChange[] {
  return changes.map(({ question, version, kind, new_keys }) => ({ question, version, kind, keys: new_keys }));
}
function kindOf(keys: Keys): ChangeKind {
  if (isDropped(keys)) return 'drop_question';
  return keys.length === 1 ? 'correct_key' : 'accept_several';
}
