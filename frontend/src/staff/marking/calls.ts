/** The marking desk's calls and their shapes. Nothing in them tells whose essay it is. */
import { api } from '$shared/api/client';
import type { Moment, Uuid } from '$shared/api/types';

export interface Counts {
  essays: number;
  empty: number;
  unmarked: number;
  second: number;
  third: number;
  marked: number;
  entering: number;
}
export interface MarkingRound {
  round: Uuid;
  number: number;
  title: string;
  closes_at: Moment;
  /** Null until the round has closed. */
  counts: Counts | null;
}
export interface RecentMark {
  sheet: Uuid;
  points: number;
  at: Moment;
  is_entered: boolean;
}
export interface Marking {
  /** When the essays were counted: many of them are counted seldom. */
  as_of: Moment;
  rule: { count: number; most: number; step: number; markers: number };
  rounds: MarkingRound[];
  /** The contest's set of changes that is not done yet. */
  regrade: Uuid | null;
  recent: RecentMark[];
}
export interface Sheet {
  sheet: Uuid;
  stem: string;
  guide: string;
  citations: { document_number: string; clause_label: string; clause_heading: string; summary: string; quote: string }[];
  text: string;
  most: number;
  step: number;
  is_deciding: boolean;
  mine: { points: number; remark: string; is_entered: boolean } | null;
}
export interface NextSheet {
  sheet: Sheet | null;
  others_have_the_rest: boolean;
}
export type Order = 'any' | 'best';

/** A hundred thousand essays are looked through. */
const LONG_MS = 40_000;
const of = (key: string): string => `/api/staff/contests/${encodeURIComponent(key)}/essays`;
const one = (key: string, sheet: Uuid): string => `${of(key)}/${encodeURIComponent(sheet)}`;

export const marking = {
  contests: (signal?: AbortSignal) => api.get<{ results: { key: string; title: string }[] }>('/api/staff/essays', { signal }),
  read: (key: string, signal?: AbortSignal) => api.get<Marking>(of(key), { signal, timeoutMs: LONG_MS }),
  next: (key: string, round: Uuid | null, order: Order) => api.post<NextSheet>(`${of(key)}/next`, { round, order }, { timeoutMs: LONG_MS, retries: 1 }),
  sheet: (key: string, sheet: Uuid) => api.get<Sheet>(one(key, sheet)),
  // Sending the same mark twice changes nothing.
  mark: (key: string, sheet: Uuid, points: number, remark: string) => api.put<Sheet>(`${one(key, sheet)}/mark`, { points, remark }, { retries: 1 }),
};
