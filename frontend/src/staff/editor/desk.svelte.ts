/** One question being written: autosave, what is not saved yet, and the conflict when somebody else was faster. */
import { ApiError, explain } from '$shared/api/errors';
import type { Moment, Uuid } from '$shared/api/types';
import { type Question, type QuestionContent, staff } from '../api';
import { canSave, clean, contentOf, emptyContent, isBlank, isSame } from './content';
import { keep } from './keep';

export type SaveState = 'new' | 'waiting' | 'loaded' | 'dirty' | 'saving' | 'saved' | 'offline' | 'failed';
const QUIET_MS = 1_200;
const RETRY_MS = 5_000;

export class Desk {
  question = $state.raw<Question | null>(null);
  draft = $state<QuestionContent>(emptyContent(''));
  save = $state<SaveState>('new');
  savedAt = $state<Moment | null>(null);
  failure = $state.raw<unknown>(null);
  loadError = $state.raw<unknown>(null);
  isLoading = $state(false);
  /** What the server holds where it refused to overwrite it. */
  conflict = $state.raw<Question | null>(null);
  /** Text of an earlier visit that never reached the server. */
  kept = $state.raw<QuestionContent | null>(null);
  /** An approved version is changed only after somebody asked for a new one. */
  isRenewing = $state(false);
  private stored: QuestionContent = emptyContent('');
  private timer = 0;
  private running: Promise<boolean> | null = null;

  /** Called with the new question's uuid once it exists. */
  constructor(private readonly oncreated: (uuid: Uuid) => void) {}

  readonly isEditable = $derived.by((): boolean => {
    const state = this.question?.state;
    return state === undefined || state === 'draft' || (state === 'approved' && this.isRenewing);
  });
  get isDirty(): boolean {
    return this.isEditable && !isSame(this.draft, this.stored) && !(this.question === null && isBlank(this.draft));
  }

  async open(uuid: Uuid | null): Promise<void> {
    if (uuid !== null && this.question?.uuid === uuid) return;
    clearTimeout(this.timer);
    this.loadError = this.failure = this.conflict = null;
    this.isRenewing = false;
    if (uuid === null) {
      this.question = null;
      this.stored = emptyContent('');
      this.draft = emptyContent('');
      this.save = 'new';
    } else {
      this.isLoading = true;
      try {
        this.take(await staff.question(uuid));
      } catch (error) {
        this.loadError = error;
      }
      this.isLoading = false;
    }
    const kept = keep.read(uuid);
    this.kept = kept && !isSame(kept, this.stored) && !isBlank(kept) ? kept : null;
  }

  /** Show the server's version, letting go of what is written here. */
  take(question: Question): void {
    this.question = question;
    this.stored = contentOf(question);
    this.draft = contentOf(question);
    this.save = 'loaded';
    this.isRenewing = false;
    this.conflict = null;
  }

  /** Something was written: keep it on this device at once, send it when the hands rest. */
  touched(): void {
    clearTimeout(this.timer);
    if (!this.isDirty) {
      if (this.save === 'dirty' || this.save === 'waiting') {
        // Typed back: nothing would be lost any more.
        keep.drop(this.question?.uuid ?? null);
        this.save = this.savedAt ? 'saved' : this.question ? 'loaded' : 'new';
      }
      return;
    }
    keep.write(this.question?.uuid ?? null, $state.snapshot(this.draft));
    if (this.conflict) return;
    if (!canSave(this.draft)) {
      this.save = 'waiting';
      return;
    }
    if (this.save !== 'saving' && this.save !== 'offline') this.save = 'dirty';
    this.timer = window.setTimeout(() => void this.flush(), QUIET_MS);
  }

  /** Send what is not saved; true when nothing is left unsaved. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.running) await this.running;
    if (!this.isDirty) return true;
    if (this.conflict || !canSave(this.draft)) return false;
    this.running = this.send();
    const isSaved = await this.running;
    this.running = null;
    return isSaved;
  }

  private async send(): Promise<boolean> {
    const old = this.question;
    const content = clean($state.snapshot(this.draft));
    this.save = 'saving';
    try {
      const answer = old ? await staff.update(old.uuid, content, old.etag) : await staff.create(content);
      this.stored = content;
      this.question = answer;
      this.isRenewing = false;
      this.savedAt = new Date().toISOString();
      this.failure = null;
      this.save = 'saved';
      keep.drop(old?.uuid ?? null);
      if (!old) this.oncreated(answer.uuid);
      if (this.isDirty) this.touched();
      return !this.isDirty;
    } catch (error) {
      await this.refused(error);
      return false;
    }
  }

  private async refused(error: unknown): Promise<void> {
    this.failure = error;
    this.save = 'failed';
    if (!(error instanceof ApiError)) return;
    if (error.status === 412 && this.question) {
      const theirs = await staff.question(this.question.uuid).catch(() => null);
      if (theirs && isSame(contentOf(theirs), this.draft)) {
        keep.drop(theirs.uuid);
        this.take(theirs);
      } else this.conflict = theirs;
    } else if (error.isPassing) {
      this.save = error.isOffline ? 'offline' : 'failed';
      this.timer = window.setTimeout(() => void this.flush(), RETRY_MS);
    }
  }

  /** Save over the newer version, having seen it. */
  async keepMine(): Promise<void> {
    if (!this.conflict) return;
    const mine = $state.snapshot(this.draft);
    this.question = this.conflict;
    this.stored = contentOf(this.conflict);
    this.conflict = null;
    this.isRenewing = this.question.state === 'approved';
    this.draft = mine;
    await this.flush();
  }

  takeTheirs(): void {
    if (!this.conflict) return;
    keep.drop(this.conflict.uuid);
    this.take(this.conflict);
  }

  restore(): void {
    if (this.kept) this.draft = this.kept;
    this.kept = null;
  }
  discard(): void {
    keep.drop(this.question?.uuid ?? null);
    this.kept = null;
  }

  /** Ask the server for the state after a move that somebody made. */
  async refresh(): Promise<void> {
    if (this.question) this.take(await staff.question(this.question.uuid));
  }

  get failureText(): string {
    const fields = this.failure instanceof ApiError ? Object.values(this.failure.fields) : [];
    return [explain(this.failure), ...new Set(fields)].join(' ');
  }
  stop(): void {
    clearTimeout(this.timer);
  }
}
