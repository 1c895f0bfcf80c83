/** What is wrong with a question, or worth another look. Pure; the server refuses the blocking ones itself. */
import { fold } from '$shared/i18n/fold';
import type { QuestionContent } from '../api';
import { hasOptions } from './content';
import { earlierAlike, reading as readingOfAnswer } from './reading';

export type Finding =
  | 'stem_missing'
  | 'stem_long'
  | 'stem_negative'
  | 'option_missing'
  | 'option_duplicate'
  | 'key_missing'
  | 'key_several'
  | 'key_all'
  | 'length_tells'
  | 'all_of_above'
  | 'accepted_missing'
  | 'accepted_unreadable'
  | 'accepted_duplicate'
  | 'accepted_in_stem'
  | 'citation_missing'
  | 'quote_long'
  | 'topic_missing'
  | 'explanation_missing'
  | 'guide_missing'
  | 'valid_missing';

const BLOCKING: ReadonlySet<Finding> = new Set([
  'stem_missing',
  'option_missing',
  'option_duplicate',
  'key_missing',
  'key_several',
  'key_all',
  'accepted_missing',
  'accepted_unreadable',
  'accepted_duplicate',
  'citation_missing',
  'quote_long',
  'topic_missing',
  'explanation_missing',
  'guide_missing',
]);
/** Five lines on a phone of 360 px. */
export const LONG_STEM = 240;
/** As the server's rules. */
const QUOTE_WORDS = 15;
/** A key this much longer than the mean of the others is picked without knowing. */
const TELLING_RATIO = 1.6;
const TELLING_LETTERS = 18;

/** Letters and the signs that carry meaning: "+5 %" and "5 %" are not the same. */
const reading = (text: string): string => `${fold(text).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()}|${text.replace(/[^+\-−<>≤≥=,.%/]/g, '').replace(/\.$/, '')}`;

function lengthTells({ options, key_options: keys }: QuestionContent): boolean {
  const length = (isKey: boolean): number[] => options.filter((one) => keys.includes(one.option) === isKey).map((one) => one.text.trim().length);
  const [right, wrong] = [length(true), length(false).filter((n) => n > 0)];
  if (!right.length || wrong.length < 2) return false;
  const longest = Math.max(...right);
  const mean = wrong.reduce((sum, n) => sum + n, 0) / wrong.length;
  return longest > mean * TELLING_RATIO && longest - Math.max(...wrong) >= TELLING_LETTERS;
}

/** What is asked of questions that are answered by choosing. */
function ofOptions(content: QuestionContent): [Finding, boolean][] {
  const { options, key_options: keys } = content;
  const texts = options.map((one) => one.text.trim());
  const written = texts.filter(Boolean).map(reading);
  return [
    ['option_missing', texts.some((text) => !text)],
    ['option_duplicate', new Set(written).size < written.length],
    ['key_missing', keys.length === 0],
    ['key_several', content.kind === 'single' ? keys.length > 1 : keys.length === 1],
    ['key_all', options.length > 0 && keys.length >= options.length],
    ['length_tells', lengthTells(content)],
    ['all_of_above', texts.some((text) => /tất cả (các )?(phương án|đáp án|ý)|cả (a|ba|bốn|hai)\b.*(trên|đúng)|a,? b( và|,) c/iu.test(text))],
  ];
}

/** Whether the question itself says the answer, as whole words. */
const isToldBy = (stem: string, answer: string): boolean => {
  const words = (text: string): string => ` ${readingOfAnswer(text).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
  return words(answer).trim() !== '' && words(stem).includes(words(answer));
};

/** What is asked of short texts. */
function ofAccepted({ stem, accepted }: QuestionContent): [Finding, boolean][] {
  const written = accepted.filter((text) => text.trim());
  return [
    ['accepted_missing', written.length === 0],
    ['accepted_unreadable', written.some((text) => !readingOfAnswer(text))],
    ['accepted_duplicate', earlierAlike(written).some((earlier) => earlier !== null)],
    ['accepted_in_stem', written.some((text) => isToldBy(stem, text))],
  ];
}

/** Everything found, in the order in which the form shows it. */
export function inspect(content: QuestionContent): Finding[] {
  const { kind, stem } = content;
  const isChosen = hasOptions(kind);
  const texts = isChosen ? content.options.map((one) => one.text.trim()) : kind === 'short_text' ? content.accepted : [];
  const checks: [Finding, boolean][] = [
    ['stem_missing', !stem.trim()],
    ['stem_long', stem.trim().length > LONG_STEM],
    ['stem_negative', /(^|\s)(không (phải|đúng|thuộc|nằm|có)|ngoại trừ|chưa đúng|sai)(?=[\s?.,:]|$)/u.test(stem)],
    ...(isChosen ? ofOptions(content) : kind === 'short_text' ? ofAccepted(content) : []),
    [kind === 'essay' ? 'guide_missing' : 'explanation_missing', !content.explanation.trim()],
    ['citation_missing', content.citations.length === 0],
    ['quote_long', content.citations.some((one) => one.quote.trim().split(/\s+/).length > QUOTE_WORDS)],
    ['topic_missing', !content.topic],
    ['valid_missing', !content.valid_as_of && /\d+([.,]\d+)?\s*(%|(tỷ|triệu|nghìn|ha|km|USD)(?!\p{L}))/iu.test([stem, ...texts].join(' | '))],
  ];
  return checks.filter(([, found]) => found).map(([name]) => name);
}

export const isBlocking = (finding: Finding): boolean => BLOCKING.has(finding);
