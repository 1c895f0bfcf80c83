/** Shapes of the public contract, as the pages use them. */

export type Uuid = string;
/** ISO 8601 with offset. */
export type Moment = string;
export type Facet = 'territory' | 'party' | 'workplace';
export type Role = 'organizer' | 'board' | 'admin';

/** Many start at this moment: ask again after `retry_ms`, with the ticket. */
export interface InLine {
  code: 'waiting';
  place: number;
  ahead: number;
  retry_ms: number;
  ticket: string;
}
export interface Unit {
  id: Uuid;
  facet: Facet;
  code: string;
  name: string;
  type: string;
  parent_name: string | null;
}
export interface FoundUnit extends Unit {
  /** The old name that the search matched, where it did. */
  matched_alias: string | null;
}
export interface Consent {
  kind: string;
  version: string;
  given_at: Moment;
  withdrawn_at: Moment | null;
}
export interface Me {
  uuid: Uuid;
  email: string;
  display_name: string;
  units: Record<Facet, Unit | null>;
  /** Name and units stand since the first attempt. */
  locked: boolean;
  consents: Consent[];
  roles: Role[];
  locale: string;
  /** Asked for where a contest has a minimum age; shown to nobody else. */
  born_on: string | null;
  /** An attempt needed the date: it stands. */
  born_on_locked: boolean;
}
export interface MePatch {
  display_name?: string;
  territory?: Uuid;
  workplace?: Uuid | null;
  party?: Uuid | null;
  locale?: string;
  born_on?: string | null;
}
export interface ConsentText {
  version: string;
  lines: string[];
  text: string;
}

export interface Totals {
  people: number;
  entries: number;
  /** Null until the rules let results be seen. */
  all_correct: number | null;
}
export interface DatedTotals extends Totals {
  as_of: Moment;
}
export interface MyRound {
  attempts_used: number;
  /** Null where attempts are not limited. */
  attempts_left: number | null;
  open_attempt: Uuid | null;
  /** The attempt that counts; null until its result may be seen. */
  best: { attempt: Uuid; correct_count: number; points: number | null; item_count: number } | null;
}
export interface Round {
  uuid: Uuid;
  number: number;
  title: string;
  state: 'upcoming' | 'open' | 'closed';
  opens_at: Moment;
  closes_at: Moment;
  /** Null where results may be seen already. */
  result_shown_at: Moment | null;
  keys_released: boolean;
  totals: DatedTotals;
  mine: MyRound | null;
}
export interface DocumentRef {
  key: string;
  number: string;
  issuer: string;
  issued_on: string | null;
  title: string;
}
/** A prize as the rulebook states it. */
export interface Prize {
  name: string;
  /** How many of it are given each round. */
  count: number;
  amount_vnd: number | null;
  /** Which unit receives it; null where it is for persons, down the ranking. */
  condition: string | null;
}
export interface Rulebook {
  question_count: number;
  /** How many essays close a paper, beside its questions. */
  essay_count: number;
  /** Null where a contest sets no time. */
  duration_s: number | null;
  /** Null where attempts are not limited. */
  attempts_per_round: number | null;
  counts: string;
  prediction: PredictionField | null;
  ranking: string[];
  result_shown: string;
  keys_shown: string;
  minimum_age: number | null;
  /** Nobody starts without having stated an identity number. */
  demands_identity: boolean;
  prizes: Prize[];
}
/** One's own identity number: all but its last three digits hidden; null where none is stated. */
export interface OwnIdentity {
  masked: string | null;
  stated_at: string | null;
  locked: boolean;
}
export interface Contest {
  uuid: Uuid;
  key: string;
  title: string;
  summary: string;
  state: 'upcoming' | 'open' | 'between' | 'closed';
  is_demo: boolean;
  documents: DocumentRef[];
  rulebook: Rulebook;
  rulebook_lines: string[];
  rulebook_hash: string;
  totals: DatedTotals;
  rounds: Round[];
}
export interface ContestList {
  server_time: Moment;
  results: Contest[];
}

export interface PaperOption {
  option: number;
  text: string;
}
export interface PaperItem {
  item: number;
  kind: 'single' | 'multiple' | 'short_text' | 'essay';
  stem: string;
  /** None where words are wanted. */
  options: PaperOption[];
  /** How many characters words may have, where they are wanted. */
  max_length?: number;
}
/** `choice` where options stand, `text` where words are wanted; none and an empty one are an answer taken back. */
export interface SavedAnswer {
  item: number;
  seq: number;
  choice?: number[];
  text?: string;
}
export interface PredictionField {
  kind: string;
  label: string;
  min: number;
  max: number;
  /** Guesses are whole numbers of the last decimal: with 5, 1234567 is 12,34567 %. */
  decimals: number;
}
export type AttemptState = 'open' | 'submitted' | 'expired';
export interface Attempt {
  uuid: Uuid;
  round: Uuid;
  contest: string;
  number: number;
  state: AttemptState;
  started_at: Moment;
  deadline_at: Moment;
  server_time: Moment;
  items: PaperItem[];
  prediction: PredictionField | null;
  result_shown_at: Moment | null;
  saved: SavedAnswer[];
  receipt: string | null;
}
export interface AnswersAck {
  saved: { item: number; seq: number }[];
  refused: { item: number; seq: number; code: string }[];
  server_time: Moment;
}
export interface SubmitAck {
  state: AttemptState;
  submitted_at: Moment;
  receipt: string;
  result_shown_at: Moment | null;
}

export interface Citation {
  document_number: string;
  clause_label: string;
  clause_heading: string;
  summary: string;
  quote: string;
}
export interface ResultItem {
  item: number;
  kind: string;
  stem: string;
  options: { option: number; text: string; is_key: boolean; is_chosen: boolean }[];
  /** What was written; null where options are chosen. */
  text: string | null;
  /** The right texts of a question answered in words. */
  accepted: string[];
  /** Null of an essay, which people mark. */
  is_correct: boolean | null;
  /** What an essay brought, as `Result.points`; null until it counts. */
  points: number | null;
  explanation: string;
  citations: Citation[];
}
export interface Place {
  rank: number;
  of: number;
}
export interface UnitPlace extends Place {
  unit: Unit;
}
export interface Result {
  attempt: Uuid;
  round: Uuid;
  contest: string;
  state: AttemptState;
  /** Until then no score is told; null after it. */
  result_shown_at: Moment | null;
  correct_count: number | null;
  /** In 840ths of one right item; null where right answers tell the score. */
  points: number | null;
  /** Of all essays of the paper; null where the rules ask for none. `points` null: nothing has entered or may be told. */
  essay: { state: 'waiting' | 'entered'; points: number | null; most: number } | null;
  item_count: number;
  used_ms: number;
  prediction: number | null;
  prediction_asked: PredictionField | null;
  submitted_at: Moment;
  receipt: string | null;
  epoch: number | string;
  ranks: { round: Place | null; territory: UnitPlace | null; workplace: UnitPlace | null };
  provisional: boolean;
  final: boolean;
  /** While set, ranks are those of this instant. */
  frozen_at: Moment | null;
  /** Set where the attempt counts no longer. */
  voided: { at: Moment; reason: string } | null;
  final_at: Moment | null;
  keys_released: boolean;
  keys_release_at: Moment | null;
  /** Keys of this paper corrected after it was handed in; which question is named once the keys are released. */
  corrections: { item: number | null; at: Moment }[];
  items: ResultItem[] | null;
}

export interface StandingLine {
  rank: number;
  tied: boolean;
  name: string;
  unit_name: string;
  correct_count: number;
  points: number | null;
  item_count: number;
  used_ms: number;
  submitted_at: Moment;
  prediction: number | null;
  is_me: boolean;
}
export interface Standings {
  topic: string;
  epoch: number | string;
  version: number;
  as_of: Moment;
  /** Everything here stands still since `frozen_at`. */
  frozen: boolean;
  /** Since when the public sees a frozen board, whatever board this is. */
  frozen_at: Moment | null;
  provisional: boolean;
  final: boolean;
  edition: number | null;
  editions: { number: number; published_at: Moment }[];
  /** Until then nobody is listed; null after it. */
  result_shown_at: Moment | null;
  /** The rulebook's comparisons, in order. */
  ranking: string[];
  prediction_asked: PredictionField | null;
  unit: Unit | null;
  /** Since when the board stands by corrected keys; null where none were corrected. */
  corrected: { at: Moment; question_count: number; has_marks: boolean } | null;
  totals: Totals;
  results: StandingLine[];
  mine: StandingLine | null;
  next: string | null;
}
/** A line as a tick carries it: at most ten, without what is private to one reader. */
export type TopLine = Pick<StandingLine, 'rank' | 'tied' | 'unit_name' | 'correct_count' | 'points' | 'used_ms'> & { name: string };
export interface RoundTick extends Totals {
  /** While set, all of it is of this instant. */
  frozen_at: Moment | null;
  top: TopLine[];
}

export interface ParticipationRow {
  unit: Unit & { tile: { col: number; row: number } | null; area_km2: number | null; has_children: boolean };
  people: number | null;
  entries: number | null;
  all_correct: number | null;
  headcount: { count: number; as_of: string; source: string } | null;
  share: number | null;
  suppressed: boolean;
}
/** `N` is `number | null` for readers from whom the sums of few people are kept back; staff read exact numbers. */
export interface Participation<N extends number | null = number> {
  facet: Facet;
  parent: Unit | null;
  epoch: number | string;
  version: number;
  as_of: Moment;
  totals: { [K in keyof Totals]: N };
  hours: { hour: Moment; entries: N; people: N }[];
  results: ParticipationRow[];
}
