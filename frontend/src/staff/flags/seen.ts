/** What was seen first, out of a flag's open-ended `detail`. Pure; what is not known yet is not guessed at. */
import type { Flag } from './calls';

export type Way = 'socket' | 'http';
export type Seen = { what: 'haste'; by: Way } | { what: 'conflict'; item: number; stored: string; sent: string } | { what: 'words'; item: number; stored: number; sent: number } | { what: 'unknown' };

const WAYS: readonly Way[] = ['socket', 'http'];
const isPlaces = (value: unknown): value is number[] => Array.isArray(value) && value.every((one) => Number.isInteger(one) && one > 0);

/** The letters that stood before these options on the person's own paper: [1, 3] -> "A, C"; none chosen is an empty text. */
export const letters = (places: readonly number[]): string => places.map((place) => String.fromCharCode(64 + place)).join(', ');

export function seenIn({ kind, detail }: Pick<Flag, 'kind' | 'detail'>): Seen {
  const by = WAYS.find((one) => one === detail.by);
  if (kind === 'haste' && by) return { what: 'haste', by };
  const { item, stored, sent } = detail;
  if (kind === 'seq_conflict' && typeof item === 'number' && isPlaces(stored) && isPlaces(sent)) {
    return { what: 'conflict', item, stored: letters(stored), sent: letters(sent) };
  }
  const [storedLength, sentLength] = [detail.stored_length, detail.sent_length];
  // Of texts their lengths alone are kept.
  if (kind === 'seq_conflict' && typeof item === 'number' && typeof storedLength === 'number' && typeof sentLength === 'number') {
    return { what: 'words', item, stored: storedLength, sent: sentLength };
  }
  return { what: 'unknown' };
}
