/** The questions that wait, one of them in sight. Settled ones leave; the place in the queue stays. */
import { ApiError } from '$shared/api/errors';
import { resource } from '$shared/api/resource.svelte';
import { type DocumentDetail, type Question, type QuestionLine, staff } from '../api';

const PAGE_SIZE = 100;

export interface Reading {
  question: Question;
  documents: Map<string, DocumentDetail>;
}

export class Queue {
  /** Settled in this visit. */
  done = $state(0);
  private settled = $state.raw<ReadonlySet<string>>(new Set());
  private index = $state(0);
  private readonly outlines = new Map<string, Promise<DocumentDetail>>();
  readonly list = resource((signal) => staff.questions({ state: 'in_review', limit: PAGE_SIZE }, signal));

  readonly waiting = $derived.by((): QuestionLine[] => (this.list.data?.results ?? []).filter((line) => !this.settled.has(line.uuid)));
  readonly position = $derived.by((): number => Math.min(this.index, Math.max(0, this.waiting.length - 1)));
  readonly uuid = $derived.by((): string | null => this.waiting[this.position]?.uuid ?? null);

  readonly reading = resource(async (signal): Promise<Reading | null> => {
    const { uuid } = this;
    if (!uuid) return null;
    const question = await staff.question(uuid, signal);
    const keys = [...new Set(question.citations.map((one) => one.document))];
    const found = await Promise.all(keys.map((key) => this.outline(key).catch(() => null)));
    return { question, documents: new Map(found.flatMap((one) => (one ? [[one.key, one] as const] : []))) };
  });

  private outline(key: string): Promise<DocumentDetail> {
    const known = this.outlines.get(key);
    if (known) return known;
    const asked = staff.document(key);
    this.outlines.set(key, asked);
    asked.catch(() => this.outlines.delete(key));
    return asked;
  }

  move(step: number): void {
    this.index = Math.min(Math.max(0, this.position + step), Math.max(0, this.waiting.length - 1));
  }

  /** Take a question out of the queue: settled here, or by somebody else meanwhile. */
  leave(uuid: string, isMine: boolean): void {
    this.index = this.position;
    this.settled = new Set([...this.settled, uuid]);
    if (isMine) this.done += 1;
    if (this.waiting.length === 0) void this.list.reload();
  }
}

/** Whether a refusal means that the question no longer waits. */
export const isGone = (error: unknown): boolean => error instanceof ApiError && (error.status === 404 || error.code === 'question_state');
