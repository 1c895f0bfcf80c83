/** What has been answered, what the server holds, what still waits. Pure: no network, no storage, no clock. */
import type { SavedAnswer } from '$shared/api/types';

export type Answer = SavedAnswer;
export type Mark = 'empty' | 'waiting' | 'saved';

export interface Journal {
  /** The server's newest known answer of each item. */
  readonly saved: ReadonlyMap<number, Answer>;
  /** Choices the server has not confirmed: the newest one of each item, since only the highest seq counts. */
  readonly waiting: ReadonlyMap<number, Answer>;
  /** The highest seq ever seen in this attempt. */
  readonly top: number;
  /** The server holds an answer newer than what is shown here: fetch the attempt again. */
  readonly isBehind: boolean;
}

const byItem = (answers: readonly Answer[]): Map<number, Answer> => {
  const map = new Map<number, Answer>();
  for (const answer of answers) if (answer.seq > (map.get(answer.item)?.seq ?? -1)) map.set(answer.item, answer);
  return map;
};
const highest = (...maps: ReadonlyMap<number, Answer>[]): number =>
  Math.max(0, ...maps.flatMap((map) => [...map.values()].map((answer) => answer.seq)));

/** Put together what the server holds and what this device kept. The highest seq of an item wins. */
export function openJournal(saved: readonly Answer[], kept: readonly Answer[]): Journal {
  const held = byItem(saved);
  const waiting = byItem(kept);
  const top = highest(held, waiting);
  for (const [item, answer] of waiting) if (answer.seq <= (held.get(item)?.seq ?? -1)) waiting.delete(item);
  return { saved: held, waiting, top, isBehind: false };
}

/** Take the server's list again, after a reconnect; choices made here and not yet confirmed stay. */
export function refresh(journal: Journal, saved: readonly Answer[]): Journal {
  const merged = openJournal([...saved, ...journal.saved.values()], [...journal.waiting.values()]);
  return { ...merged, top: Math.max(merged.top, journal.top) };
}

function record(journal: Journal, made: Omit<Answer, 'seq'>): [Journal, Answer] {
  const answer: Answer = { ...made, seq: journal.top + 1 };
  return [{ ...journal, top: answer.seq, waiting: new Map(journal.waiting).set(made.item, answer) }, answer];
}

/** Record a choice under the next seq. */
export const choose = (journal: Journal, item: number, choice: readonly number[]): [Journal, Answer] =>
  record(journal, { item, choice: [...choice].sort((a, b) => a - b) });

/** Record what was written under the next seq. */
export const write = (journal: Journal, item: number, text: string): [Journal, Answer] => record(journal, { item, text });

/** The server has stored `seq` for this item. */
export function acknowledge(journal: Journal, item: number, seq: number): Journal {
  const waiting = journal.waiting.get(item);
  const held = journal.saved.get(item);
  const top = Math.max(journal.top, seq);
  if (waiting && waiting.seq === seq) {
    const rest = new Map(journal.waiting);
    rest.delete(item);
    return { ...journal, top, waiting: rest, saved: new Map(journal.saved).set(item, waiting) };
  }
  // An ack of an earlier choice of ours, or one heard twice: the newest choice still waits, or nothing is new.
  if (seq <= Math.max(waiting?.seq ?? 0, held?.seq ?? 0)) return { ...journal, top };
  const rest = new Map(journal.waiting);
  rest.delete(item);
  return { ...journal, top, waiting: rest, isBehind: true };
}

/** The server will never take this answer: stop sending it. */
export function refuse(journal: Journal, item: number, seq: number): Journal {
  if (journal.waiting.get(item)?.seq !== seq) return journal;
  const waiting = new Map(journal.waiting);
  waiting.delete(item);
  return { ...journal, waiting };
}

/** What to send, oldest first. */
export function toSend(journal: Journal): Answer[] {
  return [...journal.waiting.values()].sort((a, b) => a.seq - b.seq);
}

/** The answer to show: the newest made here, else the server's. */
export function newestOf(journal: Journal, item: number): Answer | undefined {
  return journal.waiting.get(item) ?? journal.saved.get(item);
}
export function choiceOf(journal: Journal, item: number): readonly number[] {
  return newestOf(journal, item)?.choice ?? [];
}

const isAnswered = (answer: Answer | undefined): boolean => (answer?.choice?.length ?? 0) > 0 || !!answer?.text;

/** Texts on the screen that are under no seq yet, by item. */
export type Unsaved = ReadonlyMap<number, string>;
export const NONE: Unsaved = new Map();

/** `saved` only when the answer on the screen is the one the server confirmed. */
export function markOf(journal: Journal, item: number, unsaved = NONE): Mark {
  if (unsaved.has(item) || journal.waiting.has(item)) return 'waiting';
  return isAnswered(journal.saved.get(item)) ? 'saved' : 'empty';
}

export interface Tally {
  saved: number;
  waiting: number;
  unanswered: number[];
}

/** Counts for the top bar and the review page. */
export function tally(journal: Journal, items: readonly number[], unsaved = NONE): Tally {
  const marks = items.map((item) => markOf(journal, item, unsaved));
  return {
    saved: marks.filter((mark) => mark === 'saved').length,
    waiting: marks.filter((mark) => mark === 'waiting').length,
    unanswered: items.filter((item) => (unsaved.has(item) ? !unsaved.get(item) : !isAnswered(newestOf(journal, item)))),
  };
}
