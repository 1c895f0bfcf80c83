/** One set as it moves on: its line is asked for again and again, its preview once it is there. */
import { ApiError } from '$shared/api/errors';
import { resource } from '$shared/api/resource.svelte';
import { type Regrade, type RegradeLine, type RegradeState, room } from './calls';

const COMPUTING_MS = 1_000;
/** Another person approves or cancels meanwhile: nobody should decide on a state that is gone. */
const WAITING_MS = 5_000;
/** Workers are asked every ten seconds at the latest. */
const PATIENCE_MS = 25_000;
const HAS_PREVIEW: readonly RegradeState[] = ['computed', 'approved', 'applied'];

/** Make it while the page is being set up. */
export class Incident {
  isBusy = $state(false);
  failure = $state.raw<unknown>(null);
  private begun = $state.raw<{ at: number; done: number } | null>(null);
  private now = $state(0);

  constructor(
    private readonly key: string,
    private readonly uuid: string,
  ) {
    $effect(() => this.watch());
  }

  readonly list = resource((signal) => room.list(this.key, signal));
  readonly line = $derived.by((): RegradeLine | null => this.list.data?.results.find((one) => one.uuid === this.uuid) ?? null);
  readonly isMissing = $derived.by((): boolean => this.list.data !== null && this.line === null);
  readonly keyVersion = $derived.by((): number => this.list.data?.key_version ?? 1);
  readonly isActive = $derived.by((): boolean => this.line !== null && this.line.state !== 'applied' && this.line.state !== 'cancelled');
  /** The keys have changed under an unfinished set: it can only be given up. */
  readonly isOutdated = $derived.by((): boolean => this.isActive && this.line?.base_key_version !== this.keyVersion);
  /** Applied, and then followed by another set: its keys are no longer in force. */
  readonly isReplaced = $derived.by((): boolean => this.line?.state === 'applied' && this.line.target_key_version !== this.keyVersion);
  private readonly hasPreview = $derived.by((): boolean => this.line !== null && HAS_PREVIEW.includes(this.line.state));
  readonly detail = resource(async (signal): Promise<Regrade | null> => (this.hasPreview ? room.read(this.key, this.uuid, signal) : null));

  /** Since this page has watched: milliseconds left at the pace seen so far, null while there is none. */
  readonly leftMs = $derived.by((): number | null => {
    if (!this.begun || !this.line) return null;
    const { done, total } = this.line.progress;
    const gained = done - this.begun.done;
    return gained > 0 ? ((total - done) / gained) * (this.now - this.begun.at) : null;
  });
  readonly isStuck = $derived.by((): boolean => this.begun !== null && this.line?.progress.done === this.begun.done && this.now - this.begun.at > PATIENCE_MS);

  /** One question after the other is answered: a slow server is never asked twice at once. */
  private watch(): (() => void) | undefined {
    if (!this.isActive) return;
    const isComputing = this.line?.state === 'computing';
    this.begun = isComputing && this.line ? { at: performance.now(), done: this.line.progress.done } : null;
    let timer = 0;
    let isOver = false;
    const again = (): void => {
      timer = window.setTimeout(() => {
        void this.list.reload().then(() => {
          this.now = performance.now();
          if (!isOver) again();
        });
      }, isComputing ? COMPUTING_MS : WAITING_MS);
    };
    again();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /** Make a move; true when it was made. A refusal is shown, and what stands is fetched. */
  async act(work: () => Promise<Regrade>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.failure = null;
    let isDone = false;
    try {
      const answer = await work();
      if (answer.preview) this.detail.set(answer);
      isDone = true;
    } catch (error) {
      this.failure = error;
      isDone = error instanceof ApiError && error.code === 'timeout' ? await this.hasMoved() : false;
    }
    await this.list.reload();
    this.isBusy = false;
    return isDone;
  }
  /** The answer to a move holds two rankings and may come too late; the move itself is quick. */
  private async hasMoved(): Promise<boolean> {
    const before = this.line?.state;
    await this.list.reload();
    const isMoved = this.line?.state !== before;
    if (isMoved) this.failure = null;
    return isMoved;
  }

  compute = (): Promise<boolean> => this.act(() => room.compute(this.key, this.uuid));
  step = (step: 'approve' | 'apply' | 'cancel', reason: string): Promise<boolean> => this.act(() => room.step(this.key, this.uuid, step, reason));
}
