/** One attempt on the screen: joins journal, link, store and clock, and decides when the page moves on. */
import { api, jitter, pause } from '$shared/api/client';
import { ApiError } from '$shared/api/errors';
import type { AnswersAck, Attempt, PaperItem, SubmitAck } from '$shared/api/types';
import { session } from '$shared/api/session.svelte';
import { readGuess } from '$shared/i18n/guess';
import { serverClock } from '$shared/live/clock';
import { socketUrl } from '$shared/live/topics';
import { acknowledge, type Answer, choiceOf, choose, type Journal, type Mark, markOf, NONE, openJournal, refresh, refuse, type Tally, tally, toSend, type Unsaved, write } from './journal';
import { AnswerLink, type LinkState, type Stored } from './link';
import { type KeptPaper, estimateServerTime, wasSetBack } from './kept';
import type { Store } from './store';
import { hasJumped } from './timer';
import type { Writing, WritingParts } from './written/writing.svelte';

/** Papers that want words bring the means to write them along: few do, and the page is light without. */
export type MakeWriting = (parts: WritingParts) => Writing;
/** open: answers are taken; submitting: being handed in; done: the result is there; unsent: handing in fails for now. */
export type Stage = 'open' | 'submitting' | 'unsent' | 'done';

const FLUSH_MS = 8_000;
/** On a slow line a long text takes its time: so much for each of its characters. */
const CHARACTER_MS = 2;
/** After the deadline the server takes what was sealed for two seconds: then the hand-in itself must be on its way. */
const SEALED_FLUSH_MS = 1_000;
/** A hand-in that meets silence on the socket goes by HTTP after this time, and at the deadline while the grace lasts. */
const SILENCE_MS = 3_000;
const LAST_POST_MS = 1_500;
const reading = (): { wall: number; monotonic: number } => ({ wall: Date.now(), monotonic: performance.now() });

export class AttemptSession {
  link = $state<LinkState>('connecting');
  stage = $state<Stage>('open');
  journal = $state.raw<Journal>(openJournal([], []));
  flagged = $state.raw<ReadonlySet<number>>(new Set());
  at = $state(1);
  prediction = $state('');
  leftMs = $state(0);
  /** The server refused an answer for good: shown, never swallowed. */
  refusal = $state('');
  /** Opened from this device's copy; the server has not been heard since. */
  isFromCopy = $state(false);
  /** False while the time left is only this device's estimate. */
  isTimeSure = $state(true);
  /** This device's clock has been set back: the estimate may be wrong. */
  isWallDoubtful = $state(false);
  /** Choices that never reached the server when the attempt ended: the result page says so. */
  lostCount = 0;
  readonly wholeMs: number;
  readonly numbers: number[];
  /** Only where the paper wants words. */
  readonly writing: Writing | null;

  private deadline: string;
  readonly carrier: AnswerLink;
  private timer = 0;
  private isRunning = false;
  private isAsking = false;
  private isOver = false;
  private clockBefore = reading();

  private constructor(
    readonly paper: Attempt,
    readonly store: Store,
    makeWriting: MakeWriting | null,
  ) {
    this.deadline = paper.deadline_at;
    this.wholeMs = Date.parse(paper.deadline_at) - Date.parse(paper.started_at);
    this.numbers = paper.items.map((item) => item.item);
    this.at = this.numbers[0] ?? 1;
    this.writing = makeWriting && makeWriting(this);
    this.carrier = new AnswerLink({
      openSocket: () => new WebSocket(socketUrl(`/ws/attempts/${paper.uuid}`)),
      post: (answers) => this.writing?.post(answers) ?? this.post(answers),
      waiting: () => toSend(this.journal).filter(({ item }) => !this.writing?.doubted.has(item)),
      onState: (state) => this.enterLink(state),
      onHello: (hello, sentAt) => {
        serverClock.learn(hello.server_time, sentAt, performance.now());
        this.hear(hello);
      },
      onSaved: (item, seq, ref) => this.confirm(item, seq, ref),
      onRefused: (item, seq, code, stored) => this.takeRefusal(item, seq, code, stored),
    });
  }

  /** Open a paper, the server's or this device's copy of it; what this device kept is put on top. */
  static async open(paper: Attempt, store: Store, copy: KeptPaper | null, makeWriting: MakeWriting | null = null): Promise<AttemptSession> {
    const opened = new AttemptSession(paper, store, makeWriting);
    const [kept, settled, marks] = await Promise.all([store.answers(), copy ? store.settled() : [], store.marks()]);
    opened.journal = openJournal([...paper.saved, ...settled], kept);
    if (marks) {
      opened.flagged = new Set(marks.flagged);
      opened.at = opened.numbers.includes(marks.at) ? marks.at : opened.at;
      opened.prediction = marks.prediction;
    }
    await opened.writing?.takeUp(kept, marks, copy !== null);
    for (const answer of kept) if (!opened.journal.waiting.has(answer.item)) void store.drop(answer.item, answer.seq);
    if (copy) {
      opened.isFromCopy = true;
      opened.isWallDoubtful = wasSetBack(copy.clock, marks?.seenAt ?? 0, Date.now());
      if (!serverClock.isSure) serverClock.assume(estimateServerTime(copy.clock, Date.now()));
    } else void opened.keepCopy();
    return opened;
  }

  /** Begin sending and counting down; the returned function stops both. */
  run(): () => void {
    const wake = (): void => {
      this.tick();
      this.carrier.nudge();
    };
    const endWriting = this.writing?.run();
    this.tick();
    this.timer = window.setInterval(() => this.tick(), 250);
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    this.isRunning = true;
    this.carrier.start();
    if (this.isFromCopy) void this.hearAgain();
    return () => {
      endWriting?.();
      this.isRunning = false;
      clearInterval(this.timer);
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      this.carrier.stop();
    };
  }

  get isDurable(): boolean {
    return this.store.isDurable;
  }
  /** What stands in fields and is under no seq yet, or under one that another device may have overtaken. */
  get unsaved(): Unsaved {
    return this.writing?.open ?? NONE;
  }
  get tally(): Tally {
    return tally(this.journal, this.numbers, this.unsaved);
  }
  get item(): PaperItem {
    return this.paper.items.find((item) => item.item === this.at) as PaperItem;
  }
  choice(item: number): readonly number[] {
    return choiceOf(this.journal, item);
  }
  mark(item: number): Mark {
    return markOf(this.journal, item, this.unsaved);
  }

  /** The deadline has passed by the server's time: what is chosen is chosen, and only what is waiting still goes out. */
  private get isSealed(): boolean {
    return serverClock.isSure && serverClock.until(this.deadline) <= 0;
  }

  /** Answers are taken here and now. */
  get isTaking(): boolean {
    return this.stage === 'open' && this.link !== 'elsewhere' && !this.isSealed;
  }

  /** Take an option: it replaces the choice of a single item, and toggles in a multiple one. */
  async pick(item: PaperItem, option: number): Promise<void> {
    if (!this.isTaking) return;
    const now = this.choice(item.item);
    const has = now.includes(option);
    if (item.kind === 'single' && has) return;
    const next = item.kind === 'single' ? [option] : has ? now.filter((one) => one !== option) : [...now, option];
    await this.send(choose(this.journal, item.item, next));
  }

  /** Make an answer of a text. */
  write(item: number, text: string): void {
    void this.send(write(this.journal, item, text));
  }

  flag(item: number): void {
    const next = new Set(this.flagged);
    if (!next.delete(item)) next.add(item);
    this.flagged = next;
    void this.remember();
  }

  go(item: number): void {
    if (!this.numbers.includes(item)) return;
    this.at = item;
    void this.remember();
  }

  async remember(): Promise<void> {
    const marks = { flagged: [...this.flagged], at: this.at, prediction: this.prediction, ...this.writing?.kept, seenAt: Date.now() };
    if (!this.isOver) await this.store.keepMarks(marks).catch(() => undefined);
  }

  /** Post answers as they are. */
  post(answers: Answer[]): Promise<AnswersAck> {
    const timeoutMs = FLUSH_MS + JSON.stringify(answers).length * CHARACTER_MS;
    return api.post(`/api/attempts/${this.paper.uuid}/answers`, { answers }, { timeoutMs });
  }

  /** Hand in. True when everything chosen had reached the server; false asks the person first, unless `anyway`. */
  async submit(anyway = false): Promise<boolean> {
    if (this.stage === 'submitting' || this.stage === 'done') return true;
    this.writing?.save(true);
    this.stage = 'submitting';
    await this.flush(this.isSealed ? SEALED_FLUSH_MS : FLUSH_MS);
    if (this.tally.waiting > 0 && !anyway) {
      this.stage = 'open';
      return false;
    }
    await this.handIn();
    return true;
  }

  private async flush(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    for (let i = 0; this.journal.waiting.size > 0 && performance.now() < until && this.link !== 'closed'; i += 1) {
      // An open socket has them already: its ack is a matter of milliseconds.
      if (i > 0 || this.link !== 'live') await Promise.race([this.carrier.flush(), pause(until - performance.now())]);
      if (this.journal.waiting.size > 0) await pause(Math.min(150 + jitter(i, 200, 1_500), until - performance.now()));
    }
  }

  private async handIn(): Promise<void> {
    const asked = this.paper.prediction;
    const prediction = asked && readGuess(this.prediction, asked);
    for (let failures = 0; ; failures += 1) {
      try {
        await this.submitOnce(prediction);
        break;
      } catch (error) {
        const isClosed = error instanceof ApiError && error.status === 410;
        if (isClosed) break;
        if (!(error instanceof ApiError) || !error.isPassing) {
          this.stage = 'open';
          throw error;
        }
        this.stage = 'unsent';
        await pause(500 + jitter(failures));
      }
    }
    await this.finish();
  }

  /**
   * By the open socket, which costs the server little; by HTTP too where that is in doubt. Whichever answers first. Where something
   * is being posted, behind it by HTTP: on the socket the hand-in would overtake it. At the deadline it waits as long as the grace allows.
   */
  private submitOnce(prediction: number | null): Promise<unknown> {
    const silenceMs = Math.min(SILENCE_MS, Math.max(300, serverClock.until(this.deadline) + LAST_POST_MS));
    return new Promise((resolve, reject) => {
      const post = (): Promise<SubmitAck> => api.post(`/api/attempts/${this.paper.uuid}/submit`, { prediction });
      const onDoubt = (): void => void post().then(resolve, reject);
      if (this.carrier.isPostDue) void Promise.race([this.carrier.posted(), pause(silenceMs)]).then(onDoubt);
      else this.carrier.submit(prediction, silenceMs, { onEnded: () => resolve(null), onDoubt });
    });
  }

  private async finish(): Promise<false> {
    this.carrier.stop();
    clearInterval(this.timer);
    // Stored, but its confirmation was lost on the way: that is not lost.
    const fresh = this.tally.waiting > 0 ? await api.get<Attempt>(`/api/attempts/${this.paper.uuid}`).catch(() => null) : null;
    if (fresh) this.journal = refresh(this.journal, fresh.saved);
    this.lostCount = this.tally.waiting;
    this.writing?.stop();
    this.isOver = true;
    await this.store.clear().catch(() => undefined);
    this.stage = 'done';
    return false;
  }

  private tick(): void {
    const now = reading();
    if (hasJumped(this.clockBefore, now)) this.wakeClock(now.wall - this.clockBefore.wall - (now.monotonic - this.clockBefore.monotonic));
    this.clockBefore = now;
    this.isTimeSure = serverClock.isSure;
    // A wrong clock may promise too little, never more than the whole time.
    this.leftMs = Math.min(serverClock.until(this.deadline), this.isTimeSure ? Infinity : this.wholeMs);
    // On an estimate nothing is handed in: a phone with a wrong clock would end the attempt too early.
    if (this.leftMs <= 0 && this.isTimeSure && this.stage === 'open') void this.submit(true).catch(() => void this.finish());
  }

  /** The device slept, or its clock was set. Sleep stops the monotonic clock alone; the server is asked what is true. */
  private wakeClock(aheadMs: number): void {
    serverClock.assume(serverClock.now() + Math.max(0, aheadMs));
    void this.hearAgain();
  }

  /** Fetch the attempt again: the time, and what another device has answered. */
  private async askTime(): Promise<void> {
    const fresh = await api.get<Attempt>(`/api/attempts/${this.paper.uuid}`).catch(() => null);
    if (!fresh) return;
    this.hear(fresh);
    if (fresh.state !== 'open' && this.stage === 'open') await this.finish();
  }

  /** The server has spoken: its answers and its deadline count, and the copy is made anew. */
  hear(fresh: Pick<Attempt, 'deadline_at' | 'saved'>): void {
    this.deadline = fresh.deadline_at;
    this.follow(refresh(this.journal, fresh.saved));
    this.writing?.resolve();
    this.isFromCopy = this.isWallDoubtful = false;
    void this.keepCopy();
  }

  /** Only for the person whom the server names here, and only with a time that the server told. */
  private async keepCopy(): Promise<void> {
    const me = await session.ready().catch(() => null);
    if (!me || me.uuid !== session.person || !serverClock.isSure || this.isOver) return;
    const paper: Attempt = { ...this.paper, deadline_at: this.deadline, saved: [...this.journal.saved.values()] };
    await this.store.keepPaper({ person: me.uuid, paper, clock: { server: serverClock.now(), wall: Date.now() } }).catch(() => undefined);
  }

  private enterLink(state: LinkState): void {
    // What stands in the fields is kept as an answer, to be sent from here again or set aside.
    if (state === 'elsewhere' || state === 'signed_out') this.writing?.save(true);
    this.link = state;
    if (state === 'closed' && this.stage === 'open') void this.askWhetherOver();
    // Who is it now? Nobody's copy stays on a device that nobody is signed in on.
    if (state === 'signed_out') void session.refresh().catch(() => undefined);
  }

  /** The link was told that the attempt is over. Answers kept here are given up only on the server's own word. */
  private async askWhetherOver(): Promise<void> {
    if (await this.askUntilHeard(() => this.stage === 'open')) this.carrier.restart();
  }

  /** Opened from the copy, or awake again: the socket brings the news where it can; where it cannot, this does. */
  async hearAgain(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    await this.askUntilHeard(() => (this.stage === 'open' && (this.isFromCopy || !serverClock.isSure)) || (this.stage !== 'done' && !!this.writing?.doubted.size));
    this.isAsking = false;
  }

  /** Ask for the attempt as long as needed. True when the server says that it is open. */
  private async askUntilHeard(isNeeded: () => boolean): Promise<boolean> {
    for (let failures = 0; this.isRunning && isNeeded(); failures += 1) {
      try {
        const fresh = await api.get<Attempt>(`/api/attempts/${this.paper.uuid}`, { retries: 0 });
        if (fresh.state !== 'open') return await this.finish();
        this.hear(fresh);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return await this.finish();
        if (error instanceof ApiError && error.status === 401) return this.leave();
        await pause(1_000 + jitter(failures));
      }
    }
    return false;
  }

  private leave(): false {
    this.carrier.stop();
    this.enterLink('signed_out');
    return false;
  }

  private confirm(item: number, seq: number, ref: number): void {
    // Words of which only the number is told: whose they are, and what they say, must be heard before anything is called saved.
    if (seq !== ref && this.writing?.isForeign(item, seq)) return this.writing.doubt(item);
    this.follow(acknowledge(this.journal, item, seq));
    const held = this.journal.saved.get(item);
    void (held?.seq === seq ? this.store.settle(held) : this.store.drop(item, seq)).catch(() => undefined);
    if (this.journal.isBehind) void this.askTime();
  }

  private takeRefusal(item: number, seq: number, code: string, stored?: Stored): void {
    // A text may be much work of two people's hands: where two devices used the same number the person says which one stays.
    if (code === 'seq_conflict' && this.writing?.items.has(item)) {
      if (!stored) return this.writing.doubt(item);
      this.follow(refresh(this.journal, [{ ...stored, item }]));
      return void this.keepCopy();
    }
    const refused = this.journal.waiting.get(item);
    if (refused?.seq !== seq) return;
    this.follow(refuse(this.journal, item, seq));
    void this.store.drop(item, seq).catch(() => undefined);
    if (code === 'attempt_closed') this.enterLink('closed');
    // The choice made here is the later one, and goes out under a new number.
    else if (code === 'seq_conflict') void this.askTime().then(() => this.send(choose(this.journal, item, refused.choice ?? [])));
    else this.refusal = code;
  }

  private follow(journal: Journal): void {
    const before = this.journal;
    this.journal = journal;
    this.writing?.follow(before);
  }

  /** The device first: what is sent must survive the loss of the page. */
  private async send([journal, answer]: [Journal, Answer]): Promise<void> {
    this.journal = journal;
    await this.store.keep(answer).catch(() => undefined);
    this.carrier.push(answer);
  }
}
