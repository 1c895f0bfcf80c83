/** What the choices at a question tell about its key, and what another key would do. Pure. */
import type { ChangeKind, Choices, Keys } from './calls';
import { isSameKeys, isSameText } from './plan';

/** Fewer people than this say nothing about a key. */
const FEWEST = 5;

export interface Suspicion {
  /** The option that more people chose than any other, and which is no key. */
  option: number;
  share: number;
  /** How well these people did elsewhere, and those who chose a key; null where there is nothing to compare. */
  elsewhere: number | null;
  keyElsewhere: number | null;
}

/** A question with one right option whose key fewer people chose than another option: a reason to look, no proof. */
export function suspicionOf(choices: Choices, keys: Keys): Suspicion | null {
  const isKey = (option: number): boolean => keys.some((key) => key.includes(option));
  const [top] = [...choices.options].sort((a, b) => b.count - a.count);
  if (!top || top.count < FEWEST || keys.length === 0 || keys.some((key) => key.length > 1) || isKey(top.option)) return null;
  const [best] = choices.options.filter((one) => isKey(one.option)).sort((a, b) => b.count - a.count);
  return { option: top.option, share: top.count / choices.held, elsewhere: top.elsewhere, keyElsewhere: best?.elsewhere ?? null };
}

export interface WordSuspicion extends Omit<Suspicion, 'option'> {
  /** What more people wrote than any right answer. */
  text: string;
}

/** The same where the answer is written: most people agree on a text that is not right. */
export function wordSuspicionOf(choices: Choices): WordSuspicion | null {
  const [top] = choices.texts.filter((one) => !one.is_accepted);
  const [best] = choices.texts.filter((one) => one.is_accepted);
  if (!top || top.count < FEWEST || top.count <= (best?.count ?? 0)) return null;
  return { text: top.text, share: top.count / choices.held, elsewhere: top.elsewhere, keyElsewhere: best?.elsewhere ?? null };
}

export interface Effect {
  /** Among the attempts read that hold the question: who is right afterwards and was not, and the other way round. */
  gain: number;
  lose: number;
  /** Some sets of options are too rare to be listed: the numbers are at least these. */
  isAtLeast: boolean;
}

export function effectOf(choices: Choices, old: Keys, kind: ChangeKind, keys: Keys): Effect {
  const accepts = (wanted: Keys, options: number[]): boolean => wanted.some((key) => isSameKeys([key], [options]));
  const wasRight = (options: number[]): boolean => old.length === 0 || accepts(old, options);
  const isRight = (options: number[]): boolean => kind === 'drop_question' || accepts(keys, options);
  const listed = [...choices.sets, { options: [], count: choices.open }];
  const sum = (pick: (options: number[]) => boolean): number => listed.filter((one) => pick(one.options)).reduce((all, one) => all + one.count, 0);
  return {
    gain: sum((options) => isRight(options) && !wasRight(options)),
    lose: sum((options) => !isRight(options) && wasRight(options)),
    isAtLeast: listed.reduce((all, one) => all + one.count, 0) < choices.held,
  };
}

/** The same of a question answered in words; `old` are its right texts, none where it was dropped. */
export function wordEffectOf(choices: Choices, old: readonly string[], kind: ChangeKind, texts: readonly string[]): Effect {
  const isAll = kind === 'drop_question';
  const wasAll = old.length === 0;
  const rest = { was: wasAll, is: isAll, count: choices.open + choices.other_texts };
  const rows = [rest, ...choices.texts.map((one) => ({ was: wasAll || one.is_accepted, is: isAll || texts.some((text) => isSameText(text, one.text)), count: one.count }))];
  const sum = (pick: (row: typeof rest) => boolean): number => rows.filter(pick).reduce((all, row) => all + row.count, 0);
  return { gain: sum((row) => row.is && !row.was), lose: sum((row) => row.was && !row.is), isAtLeast: !isAll && choices.other_texts > 0 };
}
