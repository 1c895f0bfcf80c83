/** What the editor changes, apart from where it is kept. Pure. */
import type { Question, QuestionCitation, QuestionContent, QuestionKind } from '../api';

export const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
const OPTION_COUNT = 4;
const emptyOptions = (): QuestionContent['options'] => Array.from({ length: OPTION_COUNT }, (_, i) => ({ option: i + 1, text: '' }));

export const KINDS = ['single', 'multiple', 'short_text', 'essay'] as const satisfies readonly QuestionKind[];
/** Whether it is answered by choosing; the others are answered in words. */
export const hasOptions = (kind: QuestionKind): boolean => kind === 'single' || kind === 'multiple';

export function emptyContent(topic: string): QuestionContent {
  return {
    stem: '',
    kind: 'single',
    options: emptyOptions(),
    key_options: [],
    accepted: [],
    explanation: '',
    topic,
    difficulty: 1,
    valid_as_of: null,
    citations: [],
  };
}

/** The editable part of a question, with nothing shared. */
export function contentOf(question: Question): QuestionContent {
  return {
    stem: question.stem,
    kind: question.kind,
    options: question.options.map(({ option, text }) => ({ option, text })),
    key_options: [...question.key_options],
    accepted: [...question.accepted],
    explanation: question.explanation,
    topic: question.topic,
    difficulty: question.difficulty,
    valid_as_of: question.valid_as_of,
    citations: question.citations.map((one) => ({ document: one.document, clause_path: one.clause_path, clause_label: one.clause_label, quote: one.quote })),
  };
}

const oneLine = (text: string): string => text.normalize('NFC').replace(/\s*\n\s*/g, ' ').trim();

/** Change the kind. What belongs to the old one stays in the draft, to come back with it, and is not sent. */
export function changeKind(content: QuestionContent, kind: QuestionKind): void {
  content.kind = kind;
  if (kind === 'single') content.key_options = content.key_options.slice(0, 1);
  if (hasOptions(kind) && content.options.length === 0) content.options = emptyOptions();
  if (kind === 'short_text' && content.accepted.length === 0) content.accepted = [''];
}

/**
 * As the server stores it: composed accents, single lines, keys in order, what its kind has and no empty accepted texts.
 * Labels of clauses are the server's own.
 */
export function clean(content: QuestionContent): QuestionContent {
  const isChosen = hasOptions(content.kind);
  return {
    stem: oneLine(content.stem),
    kind: content.kind,
    options: isChosen ? content.options.map(({ option, text }) => ({ option, text: oneLine(text) })) : [],
    key_options: isChosen ? [...content.key_options].sort((a, b) => a - b) : [],
    accepted: content.kind === 'short_text' ? content.accepted.map(oneLine).filter(Boolean) : [],
    explanation: content.explanation.normalize('NFC').trim(),
    topic: content.topic,
    difficulty: content.difficulty,
    valid_as_of: content.valid_as_of || null,
    citations: content.citations.map(({ document, clause_path, quote }): QuestionCitation => ({ document, clause_path, quote: oneLine(quote) })),
  };
}

export const isSame = (a: QuestionContent, b: QuestionContent): boolean => JSON.stringify(clean(a)) === JSON.stringify(clean(b));

/** Whether there is anything worth keeping. */
export const isBlank = (content: QuestionContent): boolean =>
  !content.stem.trim() && !content.explanation.trim() && [...content.options.map((one) => one.text), ...content.accepted].every((text) => !text.trim());

/** The server keeps no draft without its question and topic. */
export const canSave = (content: QuestionContent): boolean => content.stem.trim() !== '' && content.topic !== '';

/** Mark or unmark a key; a one-key question has at most one. */
export function toggleKey(content: QuestionContent, option: number): number[] {
  if (content.kind === 'single') return [option];
  const { key_options: keys } = content;
  return keys.includes(option) ? keys.filter((key) => key !== option) : [...keys, option].sort((a, b) => a - b);
}

export type ContentField = 'stem' | 'kind' | 'options' | 'accepted' | 'explanation' | 'topic' | 'difficulty' | 'valid_as_of' | 'citations';
export interface Difference {
  field: ContentField;
  mine: string;
  theirs: string;
}

/** The fields in which two versions differ, as text. */
export function differences(mine: QuestionContent, theirs: QuestionContent): Difference[] {
  const text = (content: QuestionContent): Record<ContentField, string> => ({
    stem: content.stem,
    kind: content.kind,
    options: content.options.map((one, i) => `${LETTERS[i] ?? one.option}${content.key_options.includes(one.option) ? ' ✓' : ''}. ${one.text}`).join('\n'),
    accepted: content.accepted.map((text, i) => `${i + 1}. ${text}`).join('\n'),
    explanation: content.explanation,
    topic: content.topic,
    difficulty: String(content.difficulty),
    valid_as_of: content.valid_as_of ?? '',
    citations: content.citations.map((one) => `${one.document} ${one.clause_path}${one.quote ? `: “${one.quote}”` : ''}`).join('\n'),
  });
  const [a, b] = [text(clean(mine)), text(clean(theirs))];
  return (Object.keys(a) as ContentField[]).filter((field) => a[field] !== b[field]).map((field) => ({ field, mine: a[field], theirs: b[field] }));
}
