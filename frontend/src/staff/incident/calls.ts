/** The incident room's calls and their shapes. Every answer holds keys: nothing of it is kept on the device. */
import { api, query } from '$shared/api/client';
import type { Moment, Standings, Unit, Uuid } from '$shared/api/types';

export type RegradeState = 'draft' | 'computing' | 'computed' | 'approved' | 'applied' | 'cancelled';
export type Move = 'create' | 'compute' | 'finish' | 'approve' | 'apply' | 'cancel';
export type ChangeKind = 'correct_key' | 'accept_several' | 'drop_question';
/** Sets of canonical options that count as right; none where the question was dropped. */
export type Keys = number[][];

export interface Option {
  option: number;
  text: string;
}
export interface Citation {
  document_number: string;
  clause_label: string;
  clause_heading: string;
  summary: string;
  quote: string;
}
export interface ContestQuestion {
  question: Uuid;
  key: string;
  version: number;
  kind: 'single' | 'multiple' | 'short_text';
  stem: string;
  options: Option[];
  keys: Keys;
  /** The right texts of a question answered in words, in the place of keys. */
  texts: string[];
  rounds: { round: number; place: number | null }[];
  explanation: string;
  citations: Citation[];
}
export interface Choices {
  as_of: Moment;
  entries: number;
  read: number;
  held: number;
  open: number;
  right: number;
  options: { option: number; count: number; elsewhere: number | null }[];
  sets: { options: number[]; count: number }[];
  /** What was written, spellings summed up; in `other_texts` what is rarer, or what too few people wrote. */
  texts: { text: string; count: number; is_accepted: boolean; elsewhere: number | null }[];
  other_texts: number;
}
export interface QuestionChoices extends ContestQuestion {
  choices: Choices;
}
export interface NewChange {
  question: Uuid;
  version: number;
  kind: ChangeKind;
  keys: Keys;
  texts?: string[];
}
export interface Change {
  question: Uuid;
  key: string;
  version: number;
  stem: string;
  options: Option[];
  kind: ChangeKind;
  old_keys: Keys;
  new_keys: Keys;
  old_texts: string[];
  new_texts: string[];
}
export interface Step {
  move: Move;
  actor: string | null;
  reason: string;
  at: Moment;
}
export interface RegradeLine {
  uuid: Uuid;
  contest: string;
  state: RegradeState;
  reason: string;
  author: string | null;
  approver: string | null;
  base_key_version: number;
  target_key_version: number;
  progress: { done: number; total: number };
  changes: Change[];
  /** Of how many essays marks enter with it; null where it is about keys alone. */
  entered_essays: number | null;
  steps: Step[];
  approvers: string[];
  can: { compute: boolean; approve: boolean; apply: boolean; cancel: boolean };
}
export interface BeforeAfter {
  before: number;
  after: number;
}
/** What somebody may receive: one prize, or, undecided among those tied, the prizes their places reach. */
export interface PrizeStake {
  prizes: string[];
  is_undecided: boolean;
  may_be_none: boolean;
  tied: number;
}
export interface RankMove {
  name: string;
  unit_name: string;
  rank_before: number | null;
  rank_after: number | null;
  correct_before: number | null;
  correct_after: number | null;
  /** In 840ths of a right question; null where right answers tell the score. */
  points_before: number | null;
  points_after: number | null;
  prize_before: PrizeStake | null;
  prize_after: PrizeStake | null;
}
export interface RoundMoves {
  round: Uuid;
  number: number;
  title: string;
  final: boolean;
  people: number;
  risen: number;
  fallen: number;
  rescored: number;
  all_correct: BeforeAfter;
  moves: RankMove[];
  prizes: RankMove[];
  prize_moves: number;
}
export interface Preview {
  as_of: Moment;
  people: BeforeAfter;
  entries: BeforeAfter;
  /** Where marks enter: how it stood when the set was proposed. */
  essays: { written: number; marked: number; unmarked: number; markers: { name: string; count: number }[] } | null;
  all_correct: BeforeAfter;
  person_prizes: string[];
  unit_prizes: string[];
  rounds: RoundMoves[];
  units: (BeforeAfter & { unit: Unit })[];
}
export interface Regrade extends RegradeLine {
  preview: Preview | null;
}
export interface RegradeList {
  key_version: number;
  results: RegradeLine[];
}

/** A million lines are ranked twice, or fifty thousand papers read; people wait for it knowingly. */
const LONG_MS = 70_000;
const contest = (key: string): string => `/api/staff/contests/${encodeURIComponent(key)}`;
const one = (key: string, uuid: Uuid): string => `${contest(key)}/regrades/${encodeURIComponent(uuid)}`;

export const room = {
  questions: (key: string, filters: { q?: string; question?: Uuid; limit?: number }, signal?: AbortSignal) =>
    api.get<{ results: ContestQuestion[]; total: number; next: string | null }>(`${contest(key)}/questions${query(filters)}`, { signal }),
  choices: (key: string, question: Uuid, version: number, signal?: AbortSignal) =>
    api.get<QuestionChoices>(`${contest(key)}/questions/${encodeURIComponent(question)}/versions/${version}/choices`, { signal, timeoutMs: LONG_MS, retries: 0 }),
  list: (key: string, signal?: AbortSignal) => api.get<RegradeList>(`${contest(key)}/regrades`, { signal }),
  read: (key: string, uuid: Uuid, signal?: AbortSignal) => api.get<Regrade>(one(key, uuid), { signal, timeoutMs: LONG_MS, retries: 0 }),
  propose: (key: string, reason: string, changes: NewChange[], entersMarks = false) =>
    api.post<Regrade>(`${contest(key)}/regrades`, { reason, changes, enters_marks: entersMarks }, { timeoutMs: LONG_MS }),
  compute: (key: string, uuid: Uuid) => api.post<Regrade>(`${one(key, uuid)}/compute`),
  step: (key: string, uuid: Uuid, step: 'approve' | 'apply' | 'cancel', reason: string) =>
    api.post<Regrade>(`${one(key, uuid)}/${step}`, { reason }, { timeoutMs: LONG_MS }),
  board: (round: Uuid, keyVersion: number, signal?: AbortSignal) =>
    api.get<Standings>(`/api/rounds/${encodeURIComponent(round)}/standings${query({ key_version: keyVersion, limit: 10 })}`, { signal }),
};
