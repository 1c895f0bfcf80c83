/** A set being written: the questions with what is to be done about each, kept on this device until it is sent. */
import { ApiError } from '$shared/api/errors';
import type { Moment } from '$shared/api/types';
import { unsent } from '$shared/unsent';
import type { ContestQuestion, NewChange, Regrade } from './calls';
import { room } from './calls';
import { keysFor, type NewSet, problemOf, textsFor } from './plan';

export const REASON_MAX = 2000;

export interface Entry {
  question: ContestQuestion;
  change: NewChange;
  /** What the server said about it. */
  refusal: string;
}
interface Kept {
  reason: string;
  changes: NewChange[];
  entersMarks: boolean;
  at: Moment;
}
export const idOf = (one: { question: string; version: number }): string => `${one.question} ${one.version}`;

export class Draft {
  entries = $state<Entry[]>([]);
  reason = $state('');
  reasonRefusal = $state('');
  /** The essays' marks enter with the set. */
  entersMarks = $state(false);
  marksRefusal = $state('');
  /** Problems are shown once somebody has tried to send. */
  isTried = $state(false);
  isSending = $state(false);
  isLoading = $state(false);
  keptAt = $state<Moment | null>(null);
  failure = $state.raw<unknown>(null);

  constructor(private readonly contest: string) {}

  readonly isEmpty = $derived.by((): boolean => this.entries.length === 0 && this.reason.trim() === '');
  readonly isReady = $derived.by((): boolean => {
    const isWhole = this.entries.every((one) => problemOf(one.change.kind, one.change.keys, one.question, one.change.texts) === null);
    return isWhole && this.entries.length > 0 && this.reason.trim() !== '';
  });

  add(question: ContestQuestion, change?: NewChange): void {
    if (this.entries.some((one) => idOf(one.question) === idOf(question))) return;
    const { question: uuid, version } = question;
    this.entries.push({ question, change: change ?? { question: uuid, version, kind: 'correct_key', keys: keysFor('correct_key', question), texts: textsFor('correct_key', question) }, refusal: '' });
  }
  remove(question: ContestQuestion): void {
    this.entries = this.entries.filter((one) => idOf(one.question) !== idOf(question));
  }

  /** Fetch the questions anew: only what is to be done is kept on the device, never texts or keys in force. */
  async fill({ changes, entersMarks }: NewSet, reason: string): Promise<void> {
    this.isLoading = true;
    this.failure = null;
    try {
      const uuids = [...new Set(changes.map((one) => one.question))];
      const found = (await Promise.all(uuids.map((question) => room.questions(this.contest, { question })))).flatMap((page) => page.results);
      for (const change of changes) {
        const question = found.find((one) => idOf(one) === idOf(change));
        if (question) this.add(question, change);
      }
      this.reason = reason;
      this.entersMarks = entersMarks;
    } catch (error) {
      this.failure = error;
    }
    this.isLoading = false;
  }

  async restore(): Promise<void> {
    const kept = unsent.read<Kept>('incident', this.contest);
    if (!kept) return;
    this.keptAt = kept.at ?? null;
    await this.fill({ changes: kept.changes ?? [], entersMarks: kept.entersMarks ?? false }, kept.reason ?? '');
  }
  keep(): void {
    if (this.isLoading || this.failure) return;
    if (this.isEmpty) return this.drop();
    this.keptAt = new Date().toISOString();
    const kept: Kept = { reason: this.reason, changes: this.entries.map((one) => $state.snapshot(one.change)), entersMarks: this.entersMarks, at: this.keptAt };
    if (!unsent.write('incident', this.contest, kept)) this.keptAt = null;
  }
  drop(): void {
    this.keptAt = null;
    unsent.drop('incident', this.contest);
  }
  clear(): void {
    [this.entries, this.reason, this.entersMarks, this.isTried] = [[], '', false, false];
    this.drop();
  }

  /** Send the set and have it scored aside; null where it was refused, with the places marked. */
  async send(): Promise<Regrade | null> {
    this.isTried = true;
    this.failure = null;
    [this.reasonRefusal, this.marksRefusal] = ['', ''];
    for (const one of this.entries) one.refusal = '';
    if (!this.isReady || this.isSending) return null;
    this.isSending = true;
    try {
      const made = await room.propose(this.contest, this.reason.trim().normalize('NFC'), this.entries.map((one) => $state.snapshot(one.change)), this.entersMarks);
      this.drop();
      // The set exists: should this call fail, its own page offers it again.
      return await room.compute(this.contest, made.uuid).catch(() => made);
    } catch (error) {
      this.refused(error);
      return null;
    } finally {
      this.isSending = false;
    }
  }

  private refused(error: unknown): void {
    this.failure = error;
    if (!(error instanceof ApiError)) return;
    this.reasonRefusal = error.fields.reason ?? '';
    this.marksRefusal = error.fields.marks ?? '';
    this.entries.forEach((one, i) => {
      one.refusal = error.fields[`changes.${i}.keys`] ?? error.fields[`changes.${i}.question`] ?? '';
    });
  }
}
