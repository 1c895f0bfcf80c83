/** What a set of corrections says, before it is sent: which keys a kind needs, what is missing, how to put it back. Pure. */
import type { Change, ChangeKind, ContestQuestion, Keys, NewChange, RegradeLine } from './calls';

export const KINDS = ['correct_key', 'accept_several', 'drop_question'] as const satisfies readonly ChangeKind[];
/** How long a right text may be, and how many there may be: as the server has it. */
export const [TEXT_MAX, TEXTS_MAX] = [200, 10];
/** Why a change cannot be sent yet; each has a sentence in the words. */
export type Problem = 'none_chosen' | 'none_written' | 'one_more' | 'empty_set' | 'twice' | 'unchanged';

export const letterOf = (option: number): string => String.fromCharCode(64 + option);
export const keyText = (keys: Keys, or: string): string => keys.map((key) => key.map(letterOf).join('+')).join(` ${or} `);

const textOf = (key: readonly number[]): string => [...key].sort((a, b) => a - b).join(' ');
const sorted = (keys: Keys): string[] => keys.map(textOf).sort();
export const isSameKeys = (one: Keys, other: Keys): boolean => sorted(one).join('|') === sorted(other).join('|');
const isDropped = (keys: Keys | readonly string[]): boolean => keys.length === 0;

/** Two texts that the server reads alike, nearly: it has the last word, and says so. */
const fold = (text: string): string => text.replace(/\p{Cf}/gu, '').normalize('NFC').toLowerCase().replace(/\s+/g, ' ').replace(/^[ .,;:!?"'“”‘’()]+|[ .,;:!?"'“”‘’()]+$/g, '');
const folded = (texts: readonly string[]): string[] => texts.map(fold).sort();
export const isSameText = (one: string, other: string): boolean => fold(one) === fold(other);
export const isWritten = (question: Pick<ContestQuestion, 'kind'>): boolean => question.kind === 'short_text';

/** What stands in the form after somebody turns to another kind: nothing is guessed that would be a correction. */
export function keysFor(kind: ChangeKind, question: ContestQuestion): Keys {
  if (kind === 'drop_question' || isWritten(question)) return [];
  if (kind === 'accept_several') return isDropped(question.keys) && question.kind === 'multiple' ? [[]] : question.keys.map((key) => [...key]);
  return question.kind === 'multiple' ? [[]] : [];
}

/** The same of a question answered in words. */
export function textsFor(kind: ChangeKind, question: ContestQuestion): string[] {
  if (!isWritten(question) || kind === 'drop_question') return [];
  return kind === 'accept_several' && question.texts.length > 0 ? [...question.texts] : [''];
}

/** One more text is right: the change that says so beside what stands in the form, or, while that is empty, beside what was right. */
export function accepting(text: string, change: NewChange, question: ContestQuestion): Pick<NewChange, 'kind' | 'texts'> {
  const typed = (change.texts ?? []).filter(fold);
  const before = typed.length > 0 || change.kind === 'accept_several' ? typed : question.texts;
  const texts = before.some((one) => isSameText(one, text)) ? [...before] : [...before, text];
  return { kind: texts.length > 1 ? 'accept_several' : 'correct_key', texts };
}

function textProblemOf(kind: ChangeKind, texts: readonly string[], question: ContestQuestion): Problem | null {
  if (kind === 'drop_question') return isDropped(question.texts) ? 'unchanged' : null;
  if (texts.length === 0 || texts.some((text) => !fold(text))) return kind === 'correct_key' || texts.length < 2 ? 'none_written' : 'empty_set';
  if (new Set(folded(texts)).size < texts.length) return 'twice';
  if (kind === 'accept_several' && texts.length < 2) return 'one_more';
  return folded(texts).join('|') === folded(question.texts).join('|') ? 'unchanged' : null;
}

export function problemOf(kind: ChangeKind, keys: Keys, question: ContestQuestion, texts: readonly string[] = []): Problem | null {
  if (isWritten(question)) return textProblemOf(kind, texts, question);
  if (kind === 'drop_question') return isDropped(question.keys) ? 'unchanged' : null;
  if (keys.length === 0) return 'none_chosen';
  if (keys.some((key) => key.length === 0)) return kind === 'correct_key' ? 'none_chosen' : 'empty_set';
  if (new Set(sorted(keys)).size < keys.length) return 'twice';
  if (kind === 'accept_several' && keys.length < 2) return 'one_more';
  return isSameKeys(keys, question.keys) ? 'unchanged' : null;
}

/** What a set is to do, before it is sent. */
export interface NewSet {
  changes: NewChange[];
  entersMarks: boolean;
}
type Made = Pick<RegradeLine, 'entered_essays'> & { changes: readonly Change[] };
/** The corrections that bring back the keys from before a set. Marks that entered with it stay: they are corrected by marking again. */
export function undoOf({ changes }: Made): NewSet {
  const undo = ({ question, version, old_keys, old_texts }: Change): NewChange => ({ question, version, kind: kindOf(old_keys, old_texts), keys: old_keys, texts: old_texts });
  return { changes: changes.map(undo), entersMarks: false };
}
/** The same once more: the same corrections, and the marks that are there by then where it entered marks. */
export function againOf({ changes, entered_essays }: Made): NewSet {
  const again = ({ question, version, kind, new_keys, new_texts }: Change): NewChange => ({ question, version, kind, keys: new_keys, texts: new_texts });
  return { changes: changes.map(again), entersMarks: entered_essays !== null };
}
function kindOf(keys: Keys, texts: readonly string[]): ChangeKind {
  const count = keys.length + texts.length;
  if (count === 0) return 'drop_question';
  return count === 1 ? 'correct_key' : 'accept_several';
}
