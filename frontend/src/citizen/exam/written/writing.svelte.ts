/** Words being written: what stands in the fields, when it becomes an answer, and what was set aside by another device. */
import { api } from '$shared/api/client';
import type { AnswersAck, Attempt, PaperItem } from '$shared/api/types';
import type { Answer, Journal, Unsaved } from '../journal';
import type { LinkState } from '../link';
import type { Draft, Marks, Store } from '../store';
import { clean, lengthOf } from './clean';
import { KnownTexts } from './known';
import { t } from './words';

/** After the last key. Who types on and on is saved all the same. */
const STILL_MS = 700;
const LONGEST_MS = 5_000;
const DRAFT_MS = 400;
/** To ask what the server holds before texts are posted. */
const ASK_MS = 4_000;

/** What writing needs of the attempt. */
export interface WritingParts {
  readonly paper: { uuid: string; items: readonly PaperItem[] };
  journal: Journal;
  readonly store: Pick<Store, 'drop'>;
  readonly link: LinkState;
  readonly carrier: { push(answer: Answer): void };
  /** Answers are taken here and now: the attempt is open, and not elsewhere, and it is not the deadline yet. */
  readonly isTaking: boolean;
  /** Give the text the next seq, keep it, send it. */
  write(item: number, text: string): void;
  /** Keep `kept` on this device. */
  remember(): Promise<void>;
  /** The server has told what it holds. */
  hear(fresh: Attempt): void;
  /** Ask the server what it holds, until it has told. */
  hearAgain(): Promise<void>;
  post(answers: Answer[]): Promise<AnswersAck>;
}
const newestOf = (journal: Journal, item: number): Answer | undefined => journal.waiting.get(item) ?? journal.saved.get(item);

export class Writing {
  /** The fields as they were typed. An input method may still work on what stands there: it is never rewritten. */
  typed = $state.raw<ReadonlyMap<number, string>>(new Map());
  /** Texts of this device that the server does not take, because another device was newer. Never lost, never sent unasked. */
  aside = $state.raw<ReadonlyMap<number, readonly string[]>>(new Map());
  /** Items at which the server holds a text that has not been told here. Nothing is sent over it. */
  doubted = $state.raw<ReadonlySet<number>>(new Set());

  /** What stands in the fields and is under no seq yet, as it would be sent. */
  readonly unsaved: Unsaved = $derived.by(() => {
    const cleaned = [...this.typed].map(([item, raw]) => [item, this.cleaned(item, raw)] as const);
    return new Map(cleaned.filter(([item, text]) => text !== this.saved(item)));
  });

  /** What is not to be called saved. */
  readonly open: Unsaved = $derived(new Map([...[...this.doubted].map((item) => [item, this.saved(item)] as const), ...this.unsaved]));

  readonly items: ReadonlyMap<number, PaperItem>;
  private readonly known = new KnownTexts();
  private isComposing = false;
  private isOver = false;
  private isTakingUp = false;
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

  /** Whoever hands in now leaves these texts behind; empty where none was set aside. */
  get asideNote(): string {
    return [...this.aside.keys()].map((item) => t('written.aside_at', item)).join(' ');
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
      void this.parts.remember();
    }, DRAFT_MS);
    this.schedule();
  }

  /** Make answers of what stands in the fields. `anyway`: of an unfinished syllable too, for it would be lost. */
  save(anyway = false): void {
    if (this.isOver || (this.isComposing && !anyway)) return;
    clearTimeout(this.timer);
    this.since = null;
    const unsaved = [...this.unsaved].filter(([item]) => this.over(item) === 0);
    for (const [item, text] of unsaved) {
      this.known.add(item, text);
      this.parts.write(item, text);
    }
    if (unsaved.length > 0) void this.parts.remember();
  }

  /** The field is left: from now on it shows what is saved. */
  leave(item: number): void {
    this.isComposing = false;
    this.save();
    if (this.typed.has(item) && !this.unsaved.has(item)) this.forget(item);
  }

  /**
   * The journal has heard from the server. What was written here and is no longer the newest is set aside; so is what waits to be sent
   * where the server holds a text that this device has neither sent nor shown: a higher seq counts pauses, it does not say which is newer.
   */
  follow(before: Journal): void {
    this.withdraw();
    const [after, aside] = [this.parts.journal, this.aside];
    const gone: Answer[] = [];
    for (const item of this.items.keys()) {
      const [was, is] = [newestOf(before, item), newestOf(after, item)];
      if (was === is || (was?.seq === is?.seq && was?.text === is?.text)) continue;
      const waited = before.waiting.get(item);
      if (waited && !after.waiting.has(item)) gone.push(waited);
      this.letGo(item, is?.text ?? '');
      const raw = this.typed.get(item);
      const mine = raw === undefined ? (was?.text ?? '') : this.cleaned(item, raw);
      if (mine === (is?.text ?? '')) continue;
      if (waited || mine !== (was?.text ?? '')) this.setAside(item, raw ?? mine);
      this.forget(item);
    }
    if (this.isTakingUp || (this.aside === aside && gone.length === 0)) return;
    // Set aside first, then forgotten as an answer: a page lost in between finds the text in one place or in both.
    void this.parts.remember().then(() => {
      for (const { item, seq } of gone) void this.parts.store.drop(item, seq).catch(() => undefined);
    });
  }

  /** Take back what was set aside, as the newest answer, or let it go. What it replaces and is not saved is set aside in its turn. */
  decide(item: number, text: string, isMine: boolean): void {
    this.letGo(item, text);
    if (isMine) {
      const isOpen = this.open.has(item) || this.parts.journal.waiting.has(item);
      if (isOpen && this.cleaned(item, this.text(item)) !== this.cleaned(item, text)) this.setAside(item, this.text(item));
      this.typed = new Map(this.typed).set(item, text);
      this.save(true);
    }
    void this.parts.remember();
  }

  /** What this device keeps beside the journal. */
  get kept(): Pick<Marks, 'drafts' | 'known'> {
    return { drafts: this.drafts, known: this.known.list() };
  }

  private get drafts(): Draft[] {
    const journal = this.parts.journal;
    const base = (item: number): number => newestOf(journal, item)?.seq ?? 0;
    return [
      ...[...this.aside].flatMap(([item, texts]) => texts.map((text) => ({ item, text, base: -1 }))),
      ...[...this.unsaved.keys()].map((item) => ({ item, text: this.typed.get(item) ?? '', base: base(item) })),
    ];
  }

  /**
   * Take up what was kept: on the answer it was typed over, or beside a text of another device. `isCopy`: what is saved is this
   * device's own copy, and holds nothing that was not shown here.
   */
  async takeUp(kept: readonly Answer[], marks: Marks | null, isCopy: boolean): Promise<void> {
    this.isTakingUp = true;
    const drafts = (marks?.drafts ?? []).filter(({ item }) => this.items.has(item));
    this.known.take(marks?.known ?? []);
    if (isCopy) for (const { item, text } of this.parts.journal.saved.values()) this.known.add(item, text);
    for (const { item, text, base } of drafts) if (base === -1) this.setAside(item, text);
    const before: Journal = { ...this.parts.journal, saved: new Map(), waiting: new Map(kept.map((answer) => [answer.item, answer])) };
    this.follow(before);
    const journal = this.parts.journal;
    for (const { item, text, base } of drafts) {
      const newest = newestOf(journal, item);
      if (base === -1 || this.cleaned(item, text) === (newest?.text ?? '')) continue;
      const over = before.waiting.get(item);
      if ((newest?.seq ?? 0) === base) this.typed = new Map(this.typed).set(item, text);
      // A newer text of this very device made the draft obsolete.
      else if (!journal.waiting.has(item)) {
        // It goes on from the one just set aside: one text, not two.
        if (over?.seq === base) this.letGo(item, over.text ?? '');
        this.setAside(item, text);
      }
    }
    this.isTakingUp = false;
    this.schedule();
    if (this.aside.size > 0) await this.parts.remember();
  }

  /** The seq is of a text that has not been heard of: it is not this device's last one. */
  isForeign(item: number, seq: number): boolean {
    return this.items.has(item) && seq > (this.parts.journal.saved.get(item)?.seq ?? 0);
  }

  /** The server holds another text here, and has not said which: nothing is called saved, and nothing sent, before that is heard. */
  doubt(item: number): void {
    this.doubted = new Set(this.doubted).add(item);
    void this.parts.hearAgain();
  }

  /** The server has told: what may still be sent goes. */
  resolve(): void {
    const items = this.doubted;
    if (items.size === 0) return;
    this.doubted = new Set();
    for (const item of items) {
      const answer = this.parts.journal.waiting.get(item);
      if (answer) this.parts.carrier.push(answer);
    }
  }

  /** No socket says hello: what another device has saved meanwhile is asked for before texts are posted. */
  async post(answers: Answer[]): Promise<AnswersAck> {
    let ready = answers;
    if (this.parts.link !== 'live' && answers.some(({ item }) => this.items.has(item))) {
      const fresh = await api.get<Attempt>(`/api/attempts/${this.parts.paper.uuid}`, { retries: 0, timeoutMs: ASK_MS });
      if (fresh.state === 'open') {
        this.parts.hear(fresh);
        ready = answers.filter(({ item }) => this.parts.journal.waiting.has(item));
      }
    }
    return ready.length > 0 ? this.parts.post(ready) : { saved: [], refused: [], server_time: '' };
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

  /** Take out of the journal what must not be sent over a text of another device, and learn what is shown in its place. */
  private withdraw(): void {
    const { saved, waiting } = this.parts.journal;
    const rest = new Map(waiting);
    for (const item of this.items.keys()) {
      const [held, mine] = [saved.get(item)?.text, waiting.get(item)?.text];
      if (held === undefined) continue;
      const isUnknown = mine !== undefined && mine !== held && !this.known.has(item, held);
      // Set aside in the very moment in which the page was lost.
      const isAside = this.isTakingUp && mine !== undefined && this.isAside(item, mine);
      if (isUnknown || isAside) rest.delete(item);
      this.known.add(item, held);
    }
    if (rest.size < waiting.size) this.parts.journal = { ...this.parts.journal, waiting: rest };
  }

  private setAside(item: number, text: string): void {
    if (this.cleaned(item, text) === '' || this.isAside(item, text)) return;
    this.aside = new Map(this.aside).set(item, [...(this.aside.get(item) ?? []), text]);
  }

  private isAside(item: number, text: string): boolean {
    return (this.aside.get(item) ?? []).some((one) => this.cleaned(item, one) === this.cleaned(item, text));
  }

  private letGo(item: number, text: string): void {
    if (!this.isAside(item, text)) return;
    const rest = (this.aside.get(item) ?? []).filter((one) => this.cleaned(item, one) !== this.cleaned(item, text));
    const aside = new Map(this.aside).set(item, rest);
    if (rest.length === 0) aside.delete(item);
    this.aside = aside;
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
