/** Words being written: what stands in the fields, when it becomes an answer, and what was set aside by another device. */
import type { PaperItem } from '$shared/api/types';
import type { Answer, Journal, Unsaved } from '../journal';
import type { Draft } from '../store';
import { clean, lengthOf } from './clean';
import { t } from './words';

/** After the last key. Who types on and on is saved all the same. */
const STILL_MS = 700;
const LONGEST_MS = 5_000;
const DRAFT_MS = 400;

/** What writing needs of the attempt. */
export interface WritingParts {
  readonly paper: { items: readonly PaperItem[] };
  readonly journal: Journal;
  /** Answers are taken here and now: the attempt is open, and not elsewhere, and it is not the deadline yet. */
  readonly isTaking: boolean;
  /** Give the text the next seq, keep it, send it. */
  write(item: number, text: string): void;
  /** Keep the drafts on this device. */
  remember(): void;
}
const newestOf = (journal: Journal, item: number): Answer | undefined => journal.waiting.get(item) ?? journal.saved.get(item);

export class Writing {
  /** The fields as they were typed. An input method may still work on what stands there: it is never rewritten. */
  typed = $state.raw<ReadonlyMap<number, string>>(new Map());
  /** Texts of this device that the server does not take, because another device was newer. Never lost, never sent unasked. */
  aside = $state.raw<ReadonlyMap<number, string>>(new Map());

  /** What stands in the fields and is under no seq yet, as it would be sent. */
  readonly unsaved: Unsaved = $derived.by(() => {
    const cleaned = [...this.typed].map(([item, raw]) => [item, this.cleaned(item, raw)] as const);
    return new Map(cleaned.filter(([item, text]) => text !== this.saved(item)));
  });

  private readonly items: ReadonlyMap<number, PaperItem>;
  private isComposing = false;
  private isOver = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private since: number | null = null;

  constructor(private readonly parts: WritingParts) {
    this.items = new Map(parts.paper.items.filter((item) => item.max_length !== undefined).map((item) => [item.item, item]));
  }

  /** What the field shows. */
  text(item: number): string {
    return this.typed.get(item) ?? this.saved(item);
  }

  /** What the top bar says of fields whose text is under no seq yet; empty where there are none. */
  get note(): string {
    return this.unsaved.size > 0 ? t('written.unsaved_count', this.unsaved.size) : '';
  }

  /** What must be known before handing in: texts too long to be saved. Empty where there are none. */
  get warning(): string {
    const items = [...this.unsaved.keys()].filter((item) => this.over(item) > 0);
    return items.length > 0 ? t('written.too_long', items.join(', ')) : '';
  }

  /** How many characters are too many to be saved. */
  over(item: number): number {
    return Math.max(0, lengthOf(this.cleaned(item, this.text(item))) - (this.items.get(item)?.max_length ?? Infinity));
  }

  /** A key was pressed. While an input method composes a syllable nothing is sent. */
  type(item: number, raw: string, isComposing: boolean): void {
    if (!this.parts.isTaking) return;
    this.typed = new Map(this.typed).set(item, raw);
    this.isComposing = isComposing;
    this.since ??= performance.now();
    this.draftTimer ??= setTimeout(() => {
      this.draftTimer = undefined;
      this.parts.remember();
    }, DRAFT_MS);
    this.schedule();
  }

  /** Make answers of what stands in the fields. `anyway`: of an unfinished syllable too, for it would be lost. */
  save(anyway = false): void {
    if (this.isOver || (this.isComposing && !anyway)) return;
    clearTimeout(this.timer);
    this.since = null;
    const unsaved = [...this.unsaved].filter(([item]) => this.over(item) === 0);
    for (const [item, text] of unsaved) this.parts.write(item, text);
    if (unsaved.length > 0) this.parts.remember();
  }

  /** The field is left: from now on it shows what is saved. */
  leave(item: number): void {
    this.isComposing = false;
    this.save();
    if (this.typed.has(item) && !this.unsaved.has(item)) this.forget(item);
  }

  /** The journal has heard from the server. What was written here and is no longer the newest is set aside. */
  follow(before: Journal, after: Journal): void {
    for (const item of this.items.keys()) {
      const [was, is] = [newestOf(before, item), newestOf(after, item)];
      if (was === is || (was?.seq === is?.seq && was?.text === is?.text)) continue;
      if (this.cleaned(item, this.aside.get(item) ?? '') === is?.text) this.letGo(item);
      const raw = this.typed.get(item);
      const mine = raw === undefined ? (was?.text ?? '') : this.cleaned(item, raw);
      if (mine === (is?.text ?? '')) continue;
      if (before.waiting.has(item) || mine !== (was?.text ?? '')) this.setAside(item, raw ?? mine);
      this.forget(item);
    }
  }

  setAside(item: number, text: string): void {
    if (this.cleaned(item, text) === '') return;
    this.aside = new Map(this.aside).set(item, text);
    this.parts.remember();
  }

  /** Take back what was set aside, as the newest answer, or let it go. */
  decide(item: number, isMine: boolean): void {
    const text = this.aside.get(item);
    this.letGo(item);
    if (isMine && text !== undefined) {
      this.typed = new Map(this.typed).set(item, text);
      this.save(true);
    }
    this.parts.remember();
  }

  /** What this device keeps beside the journal. */
  get drafts(): Draft[] {
    const journal = this.parts.journal;
    const base = (item: number): number => newestOf(journal, item)?.seq ?? 0;
    return [
      ...[...this.aside].map(([item, text]) => ({ item, text, base: -1 })),
      ...[...this.unsaved.keys()].map((item) => ({ item, text: this.typed.get(item) ?? '', base: base(item) })),
    ];
  }

  /** Take up what was kept: on the answer it was typed over, or beside a newer one. */
  restore(drafts: readonly Draft[]): void {
    const journal = this.parts.journal;
    for (const { item, text, base } of drafts) {
      const newest = newestOf(journal, item);
      if (!this.items.has(item) || this.cleaned(item, text) === (newest?.text ?? '')) continue;
      if ((newest?.seq ?? 0) === base) this.typed = new Map(this.typed).set(item, text);
      // A newer text of this very device made the draft obsolete.
      else if (!journal.waiting.has(item)) this.setAside(item, text);
    }
    this.schedule();
  }

  /** Save whenever the page may be going; the returned function saves once more and ends it. */
  run(): () => void {
    const leave = (): void => this.save(true);
    const hide = (): void => void (document.visibilityState === 'hidden' && leave());
    addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', hide);
    return () => {
      leave();
      this.stop();
      removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', hide);
    };
  }

  /** It is over: nothing is an answer any more. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    clearTimeout(this.draftTimer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.isComposing || this.unsaved.size === 0) return;
    const waited = this.since === null ? 0 : performance.now() - this.since;
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(STILL_MS, LONGEST_MS - waited)));
  }

  private letGo(item: number): void {
    const rest = new Map(this.aside);
    rest.delete(item);
    this.aside = rest;
  }

  private forget(item: number): void {
    const rest = new Map(this.typed);
    rest.delete(item);
    this.typed = rest;
  }

  /** The text that has a seq. */
  private saved(item: number): string {
    return newestOf(this.parts.journal, item)?.text ?? '';
  }

  private cleaned(item: number, raw: string): string {
    return clean(raw, this.items.get(item)?.kind ?? 'essay');
  }
}
