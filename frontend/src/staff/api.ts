/** The staff's calls and their shapes: bank, review, monitor. Public shapes live in `$shared/api/types`. */
import { api, query } from '$shared/api/client';
import type { Contest, ContestList, Facet, Moment, Participation, Round, Uuid } from '$shared/api/types';

export type QuestionState = 'draft' | 'in_review' | 'approved' | 'retired';
export type QuestionKind = 'single' | 'multiple' | 'short_text' | 'essay';
export type Difficulty = 1 | 2 | 3;

export interface QuestionLine {
  uuid: Uuid;
  key: string;
  state: QuestionState;
  stem: string;
  kind: QuestionKind;
  topic: string;
  difficulty: Difficulty;
  document_number: string;
  clause_label: string;
  version: number;
  updated_at: Moment;
  owner_name: string | null;
}
export interface QuestionList {
  results: QuestionLine[];
  next: string | null;
  counts: { by_state: Partial<Record<QuestionState, number>> };
  total: number;
}
export interface QuestionCitation {
  document: string;
  clause_path: string;
  clause_label?: string;
  quote: string;
}
/** What the editor may change. Options and their key, or accepted texts, or (an essay) neither. */
export interface QuestionContent {
  stem: string;
  kind: QuestionKind;
  options: { option: number; text: string }[];
  key_options: number[];
  /** Right answers of a short text. */
  accepted: string[];
  explanation: string;
  topic: string;
  difficulty: Difficulty;
  valid_as_of: string | null;
  citations: QuestionCitation[];
}
export interface ReviewEntry {
  reviewer: string | null;
  decision: 'approve' | 'return';
  reason: string;
  at: Moment;
}
export interface Question extends QuestionContent {
  uuid: Uuid;
  key: string;
  version: number;
  state: QuestionState;
  etag: string;
  author: { uuid: Uuid; name: string } | null;
  reviews: ReviewEntry[];
  versions: { number: number; state: QuestionState; author_name: string | null; created_at: Moment }[];
  used: boolean;
}
export interface Topic {
  key: string;
  name_vi: string;
  name_en: string;
  counts: Partial<Record<'1' | '2' | '3', number>>;
}
export interface Clause {
  path: string;
  label: string;
  heading: string;
  summary: string;
  depth: number;
  question_count: number;
}
export interface DocumentLine {
  key: string;
  number: string;
  type: string;
  issuer: string;
  term: string | null;
  issued_on: string | null;
  title: string;
  status: string;
  note: string;
}
export interface DocumentDetail extends DocumentLine {
  clauses: Clause[];
}
export interface Monitor {
  as_of: Moment;
  round: Round | null;
  started: number;
  open: number;
  submitted: number;
  expired: number;
  answers_saved: number;
  submitted_per_minute: { minute: Moment; count: number }[];
}

type Signal = AbortSignal | undefined;
const QUESTIONS = '/api/staff/questions';
const one = (uuid: Uuid): string => `${QUESTIONS}/${encodeURIComponent(uuid)}`;

export const staff = {
  questions: (filters: Record<string, string | number | null | undefined>, signal?: Signal) =>
    api.get<QuestionList>(`${QUESTIONS}${query(filters)}`, { signal }),
  question: (uuid: Uuid, signal?: Signal) => api.get<Question>(one(uuid), { signal }),
  create: (content: QuestionContent) => api.post<Question>(QUESTIONS, content),
  update: (uuid: Uuid, content: QuestionContent, etag: string) =>
    api.put<Question>(one(uuid), content, { headers: { 'If-Match': etag } }),
  submit: (uuid: Uuid) => api.post<unknown>(`${one(uuid)}/submit`),
  approve: (uuid: Uuid) => api.post<unknown>(`${one(uuid)}/approve`),
  sendBack: (uuid: Uuid, reason: string) => api.post<unknown>(`${one(uuid)}/return`, { reason }),
  topics: (signal?: Signal) => api.get<{ results: Topic[] }>('/api/staff/topics', { signal }),
  documents: (signal?: Signal) => api.get<{ results: DocumentLine[] }>('/api/documents', { signal }),
  document: (key: string, signal?: Signal) => api.get<DocumentDetail>(`/api/documents/${encodeURIComponent(key)}`, { signal }),
  contests: (signal?: Signal) => api.get<ContestList>('/api/contests', { signal }),
  contest: (key: string, signal?: Signal) => api.get<Contest>(`/api/contests/${encodeURIComponent(key)}`, { signal }),
  monitor: (key: string, signal?: Signal) => api.get<Monitor>(`/api/staff/contests/${encodeURIComponent(key)}/monitor`, { signal }),
  participation: (scope: Scope, facet: Facet, parent?: Uuid | null, signal?: Signal) =>
    api.get<Participation>(
      scope.round
        ? `/api/rounds/${encodeURIComponent(scope.round)}/participation${query({ facet, parent })}`
        : `/api/contests/${encodeURIComponent(scope.contest)}/participation${query({ facet, parent })}`,
      { signal },
    ),
};

/** What is counted: one round, or, with `round` null, the whole contest. */
export interface Scope {
  contest: string;
  round: Uuid | null;
}
