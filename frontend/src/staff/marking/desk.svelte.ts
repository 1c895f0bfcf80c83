/** One person marking one contest: the essay in hand, the mark being typed, and what could not be saved. */
import { ApiError } from '$shared/api/errors';
import { resource } from '$shared/api/resource.svelte';
import type { Uuid } from '$shared/api/types';
import { language } from '$shared/i18n/language.svelte';
import { type Counts, marking, type Order, type Sheet } from './calls';
import { keep } from './keep';
import { stepped, textOf, unitsOf } from './points';

const NOTHING: Counts = { essays: 0, empty: 0, unmarked: 0, second: 0, third: 0, marked: 0, entering: 0 };

/** Make it while the page is being set up. */
export class Desk {
  sheet = $state.raw<Sheet | null>(null);
  /** What stands in the field, as typed. */
  text = $state('');
  remark = $state('');
  isTried = $state(false);
  isLoading = $state(true);
  isSaving = $state(false);
  /** Nothing is left for this person; `othersHaveRest` while that may change in minutes. */
  isFinished = $state(false);
  othersHaveRest = $state(false);
  /** The last mark stored, in the server's units. */
  savedPoints = $state<number | null>(null);
  /** Why there is no essay to show. */
  failure = $state.raw<unknown>(null);
  /** Why the mark was not stored. */
  refusal = $state.raw<unknown>(null);
  round: Uuid | null = null;
  order: Order = 'any';

  constructor(readonly key: string) {}

  readonly overview = resource((signal) => marking.read(this.key, signal));
  readonly rule = $derived.by(() => this.overview.data?.rule ?? null);
  readonly closed = $derived.by(() => (this.overview.data?.rounds ?? []).filter((one) => one.counts !== null));
  readonly units = $derived.by((): number | null => (this.rule ? unitsOf(this.text, this.rule) : null));
  /** Others have finished this essay meanwhile, or it needs no mark any more: nothing typed here can be stored. */
  readonly isGone = $derived.by((): boolean => this.refusal instanceof ApiError && ['essay_marked', 'essay_not_markable'].includes(this.refusal.code));

  /** The counts of one round, or of all that have closed. */
  countsOf(round: Uuid | null): Counts {
    const sum = { ...NOTHING };
    for (const one of this.closed) {
      if (round && one.round !== round) continue;
      for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += one.counts?.[name] ?? 0;
    }
    return sum;
  }

  async next(): Promise<void> {
    this.isLoading = true;
    this.failure = null;
    try {
      const found = await marking.next(this.key, this.round, this.order);
      this.show(found.sheet);
      this.isFinished = found.sheet === null;
      this.othersHaveRest = found.others_have_the_rest;
    } catch (error) {
      this.failure = error;
      this.sheet = null;
    }
    this.isLoading = false;
  }
  /** Take an essay in hand again that was marked already. */
  async open(sheet: Uuid): Promise<void> {
    this.failure = null;
    try {
      this.show(await marking.sheet(this.key, sheet));
    } catch (error) {
      this.failure = error;
      this.sheet = null;
    }
  }
  private show(sheet: Sheet | null): void {
    this.sheet = sheet;
    [this.isTried, this.refusal, this.isFinished] = [false, null, false];
    this.text = sheet?.mine ? this.textOf(sheet.mine.points) : '';
    this.remark = sheet?.mine?.remark ?? '';
    const typed = sheet && keep.read(sheet.sheet, sheet.mine?.points ?? null);
    if (typed) [this.text, this.remark] = [typed.text, typed.remark];
  }

  textOf(units: number): string {
    return textOf(units, language.current === 'en' ? '.' : ',');
  }
  set(units: number): void {
    this.text = this.textOf(units);
    this.keep();
  }
  step(by: 1 | -1): void {
    if (this.rule) this.set(stepped(this.units, by, this.rule));
  }

  /** Store the mark; true where it is stored. What was typed stays where it was not. */
  async save(): Promise<boolean> {
    this.isTried = true;
    if (!this.sheet || this.units === null || this.isSaving || this.isGone) return false;
    const { sheet } = this.sheet;
    this.isSaving = true;
    this.refusal = null;
    this.savedPoints = null;
    try {
      await marking.mark(this.key, sheet, this.units, this.remark.trim().normalize('NFC'));
      this.savedPoints = this.units;
      keep.drop(sheet);
      void this.overview.reload();
      return true;
    } catch (error) {
      this.refusal = error;
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  /** A mark that has not reached the server stays on this device, the essay does not. */
  keep(): void {
    if (!this.sheet) return;
    const { sheet, mine } = this.sheet;
    // Typed back to what is stored: nothing would be lost.
    if (this.text === (mine ? this.textOf(mine.points) : '') && this.remark === (mine?.remark ?? '')) keep.drop(sheet);
    else keep.write(sheet, { text: this.text, remark: this.remark, stored: mine?.points ?? null });
  }
}
