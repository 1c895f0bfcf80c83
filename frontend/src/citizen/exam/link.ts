/** Carries waiting answers to the server: by socket, or by HTTP where the socket is blocked. Never decides what is saved. */
import { ApiError } from '$shared/api/errors';
import type { AnswersAck, Moment } from '$shared/api/types';
import type { Answer } from './journal';

/**
 * connecting: first try runs; live: socket open; http: answers go by POST; down: neither works now, tries go on;
 * elsewhere, closed, signed_out: ended for good, by the server's word.
 */
export type LinkState = 'connecting' | 'live' | 'http' | 'down' | 'elsewhere' | 'closed' | 'signed_out';

export interface Hello {
  server_time: Moment;
  deadline_at: Moment;
  saved: Answer[];
}
/** What the server holds in the place of a refused answer. */
export type Stored = Omit<Answer, 'item'>;
type ServerMessage =
  | ({ t: 'hello' } & Hello)
  | { t: 'saved'; item: number; seq: number; ref?: number }
  | { t: 'submitted'; receipt: string }
  | { t: 'err'; code: string; ref?: number | null; retry_ms?: number; stored?: Stored }
  | { t: 'closed'; reason: string }
  | { t: 'pong'; server_time: Moment };

export interface SocketLike {
  readyState: number;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}
export interface LinkParts {
  openSocket(): SocketLike;
  post(answers: Answer[]): Promise<AnswersAck>;
  /** What waits now, oldest first. */
  waiting(): Answer[];
  random?(): number;
  onState(state: LinkState): void;
  onHello(hello: Hello, sentAt: number): void;
  /** `ref`: the seq that was sent; another `seq` is what the server holds in its place. */
  onSaved(item: number, seq: number, ref: number): void;
  onRefused(item: number, seq: number, code: string, stored?: Stored): void;
}
/** How handing in goes. `onDoubt`, at most once: hand in by HTTP too; `onEnded` may follow it all the same. */
export interface HandIn {
  onEnded(): void;
  onDoubt(): void;
}

const OPEN = 1;
/** The server takes frames of 8 KiB; what is longer goes by HTTP. */
const FRAME_BYTES = 7 * 1024;
const HELLO_MS = 4_000;
/** An ack is a matter of milliseconds; a socket silent for this long, and 1 ms for each byte of words, is taken for dead. */
const ACK_MS = 6_000;
const PING_MS = 20_000;
const STEP_MS = 500;
const CAP_MS = 15_000;
/** With nothing to send, a lost socket is opened again within this time; a choice made meanwhile goes by HTTP. */
const LEISURE_MS = 8_000;
/** After this many sockets that never said hello, answers go by HTTP while the socket is tried in the background. */
const FAILURES_BEFORE_HTTP = 1;
const FINAL_CODES: Record<number, LinkState> = { 4401: 'signed_out', 4404: 'closed', 4409: 'elsewhere', 4410: 'closed' };
/** The reason told just before the close code; the others (restart, too_slow, …) pass, and the socket is opened again. */
const FINAL_REASONS: Record<string, LinkState> = { signed_out: 'signed_out', superseded: 'elsewhere', submitted: 'closed', expired: 'closed' };
/** Refusals that the same frame may survive a moment later. */
const PASSING = ['retry', 'rate'];
const FINAL: readonly LinkState[] = ['elsewhere', 'closed', 'signed_out'];

const frameOf = ({ seq, item, choice, text }: Answer): string =>
  JSON.stringify({ t: choice ? 'answer' : 'text', seq, item, choice, text });
const bytesOf = (answer: Answer): number => new Blob([frameOf(answer)]).size;
const isLong = (answer: Answer): boolean => bytesOf(answer) > FRAME_BYTES;

export class AnswerLink {
  state: LinkState = 'connecting';
  private socket: SocketLike | null = null;
  private isGreeted = false;
  private socketFailures = 0;
  private postFailures = 0;
  private posting: Promise<void> | null = null;
  /** Words on their way, by item: a newer text waits until these are answered, or their time is over. */
  private readonly under = new Map<number, Answer>();
  private isStopped = false;
  private handIn: (HandIn & { prediction: number | null; isDoubted?: boolean }) | null = null;
  private openedAt = 0;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly parts: LinkParts) {}

  start(): void {
    this.isStopped = false;
    this.connect();
  }

  stop(): void {
    this.isStopped = true;
    for (const name of [...this.timers.keys()]) this.clear(name);
    this.dropSocket();
  }

  /** Begin anew after an end that turned out to be none. */
  restart(): void {
    this.enter('connecting');
    this.start();
  }

  /** A new answer waits; or no more, where something was heard while it was being kept. */
  push(answer: Answer): void {
    if (this.isEnded || !this.parts.waiting().includes(answer)) return;
    if (this.isGreeted && this.under.has(answer.item)) return;
    if (this.isGreeted && !isLong(answer)) this.sendAnswer(answer);
    else if (this.isGreeted || this.state === 'http' || this.state === 'down') this.later('post', 0, () => void this.postWaiting());
  }

  /** The network came back, or a person asked: try now instead of waiting for the next turn. */
  nudge(): void {
    if (this.isEnded || this.isGreeted) return;
    if (!this.socket) this.later('connect', 0, () => this.connect());
    if (this.state === 'down') this.later('post', 0, () => void this.postWaiting());
  }

  /** Send by HTTP what still waits, e.g. before submitting: one call, and the one that runs. Resolves when it is answered or has failed. */
  flush(): Promise<void> {
    return this.postWaiting(this.parts.waiting());
  }

  /** Something goes by HTTP now, or has to: a hand-in by the socket would overtake it. */
  get isPostDue(): boolean {
    return this.posting !== null || (this.state !== 'down' && this.toPost.length > 0);
  }

  /** Resolves when nothing is left that has to be posted, or a try has failed. */
  async posted(): Promise<void> {
    for (let tries = this.parts.waiting().length + 1; tries > 0 && this.isPostDue; tries -= 1) {
      await this.postWaiting();
      if (this.postFailures > 0) return;
    }
  }

  /**
   * Hand in by the open socket, behind what waits. In doubt when none is open, when it shows no life for `silenceMs`, when it is
   * lost, and when the server does not say within six seconds that the attempt has ended. Either way twice is once: the first counts.
   * Not while `isPostDue`: what is posted would be overtaken.
   */
  submit(prediction: number | null, silenceMs: number, handIn: HandIn): void {
    if (!this.isGreeted || this.socket?.readyState !== OPEN) return handIn.onDoubt();
    this.handIn = { prediction, ...handIn };
    this.sendHandIn();
    this.later('silence', silenceMs, () => this.doubt());
  }

  private get isEnded(): boolean {
    return this.isStopped || FINAL.includes(this.state);
  }

  private enter(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    if (FINAL.includes(state)) this.stop();
    this.parts.onState(state);
  }

  private later(name: string, ms: number, act: () => void): void {
    this.clear(name);
    this.timers.set(name, setTimeout(() => (this.timers.delete(name), act()), ms));
  }

  private clear(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  private backoff(failures: number): number {
    // A server that dies cuts thousands at once. Who waits for an ack hurries, the others leave them the door.
    const stepMs = failures === 0 && this.parts.waiting().length === 0 ? LEISURE_MS : STEP_MS * 2 ** failures;
    return 200 + (this.parts.random ?? Math.random)() * Math.min(CAP_MS, stepMs);
  }

  private connect(): void {
    if (this.isEnded || this.socket) return;
    const socket = (this.socket = this.parts.openSocket());
    this.openedAt = performance.now();
    this.later('hello', HELLO_MS, () => this.lose(socket));
    socket.onmessage = (event) => this.socket === socket && this.receive(JSON.parse(String(event.data)) as ServerMessage);
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      const final = FINAL_CODES[event.code];
      if (final) this.enter(final);
      else this.lose(socket);
    };
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.isGreeted = false;
    this.under.clear();
    for (const name of ['hello', 'ack', 'ping', 'resend']) this.clear(name);
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.doubt();
    this.handIn = null;
  }

  private lose(socket: SocketLike): void {
    if (this.socket !== socket) return;
    this.socketFailures = this.isGreeted ? 0 : this.socketFailures + 1;
    this.dropSocket();
    if (this.isEnded) return;
    if (this.socketFailures >= FAILURES_BEFORE_HTTP) {
      if (this.state !== 'http') this.enter('down');
      void this.postWaiting();
    } else this.enter('down');
    this.later('connect', this.backoff(this.socketFailures), () => this.connect());
  }

  private receive(message: ServerMessage): void {
    // The server lives: in the last second of a round thousands hand in, and who is only waiting must not ask twice.
    if (this.timers.has('silence')) {
      this.clear('silence');
      this.later('submit', ACK_MS, () => this.doubt());
    }
    if (message.t === 'hello') {
      this.clear('hello');
      this.isGreeted = true;
      this.socketFailures = this.postFailures = 0;
      this.clear('post');
      this.parts.onHello(message, this.openedAt);
      this.enter('live');
      this.sendWaiting();
      this.ping();
    } else if (message.t === 'saved') {
      const ref = message.ref ?? message.seq;
      this.parts.onSaved(message.item, message.seq, ref);
      this.goOn(message.item, ref);
    } else if (message.t === 'submitted') {
      this.handIn?.onEnded();
      this.handIn = null;
      this.enter('closed');
    } else if (message.t === 'closed') {
      const final = FINAL_REASONS[message.reason];
      if (final) this.enter(final);
    } else if (message.t === 'err') this.receiveError(message);
  }

  private receiveError({ code, ref = null, retry_ms: retryMs, stored }: ServerMessage & { t: 'err' }): void {
    if (code === 'attempt_closed') return this.enter('closed');
    if (PASSING.includes(code)) {
      return this.later('resend', retryMs ?? this.backoff(2), () => (this.handIn ? this.sendHandIn() : this.resend()));
    }
    const answer = [...this.under.values(), ...this.parts.waiting()].find((one) => one.seq === ref);
    if (answer) {
      this.parts.onRefused(answer.item, answer.seq, code, stored);
      this.goOn(answer.item, answer.seq);
    } else if (ref === null) this.doubt();
  }

  /** The socket lives: it has answered this one. */
  private goOn(item: number, seq: number): void {
    this.clear('ack');
    this.release(item, seq);
    if (this.parts.waiting().length > this.toPost.length) this.expectAck();
  }

  /** Words were answered: what was written since goes next. */
  private release(item: number, seq: number): void {
    if (this.under.get(item)?.seq !== seq) return;
    this.under.delete(item);
    for (const answer of this.parts.waiting()) {
      // A pause after a failed call is kept.
      if (answer.item === item && ((this.isGreeted && !isLong(answer)) || !this.timers.has('post'))) this.push(answer);
    }
  }

  private sendAnswer(answer: Answer): void {
    if (this.socket?.readyState !== OPEN) return;
    if (!answer.choice) this.under.set(answer.item, answer);
    this.socket.send(frameOf(answer));
    if (!this.timers.has('ack')) this.expectAck();
  }

  private sendWaiting(): void {
    for (const answer of this.parts.waiting()) this.push(answer);
  }

  /** What waits goes now, whatever is on its way: the server asked for it again, or it is the last chance. */
  private resend(): void {
    this.under.clear();
    this.sendWaiting();
  }

  /** What no frame can carry, and everything where no socket is open. */
  private get toPost(): Answer[] {
    const waiting = this.parts.waiting();
    return this.isGreeted ? waiting.filter(isLong) : waiting;
  }

  /** The ping is answered at once, the hand-in only after its transaction: so a busy server is told from a dead line. */
  private sendHandIn(): void {
    if (!this.handIn) return;
    this.clear('resend');
    this.resend();
    this.socket?.send('{"t":"ping"}');
    this.socket?.send(JSON.stringify({ t: 'submit', prediction: this.handIn.prediction }));
  }

  private doubt(): void {
    this.clear('silence');
    this.clear('submit');
    if (!this.handIn || this.handIn.isDoubted) return;
    this.handIn.isDoubted = true;
    this.handIn.onDoubt();
  }

  private expectAck(): void {
    const socket = this.socket;
    const bytes = [...this.under.values()].reduce((sum, answer) => sum + bytesOf(answer), 0);
    if (socket) this.later('ack', ACK_MS + bytes, () => this.lose(socket));
  }

  private ping(): void {
    this.later('ping', PING_MS, () => {
      if (this.socket?.readyState === OPEN) this.socket.send('{"t":"ping"}');
      this.ping();
    });
  }

  private postWaiting(answers = this.toPost): Promise<void> {
    if (this.posting || this.isEnded || answers.length === 0) return this.posting ?? Promise.resolve();
    // A long text may take a slow line many seconds: it goes alone, and what is short does not wait behind it.
    const short = answers.filter((answer) => !isLong(answer));
    return (this.posting = this.post(short.length > 0 ? short : answers.slice(0, 1)));
  }

  private async post(answers: Answer[]): Promise<void> {
    for (const answer of answers) if (!answer.choice) this.under.set(answer.item, answer);
    try {
      const ack = await this.parts.post(answers);
      this.postFailures = 0;
      for (const { item, seq } of ack.saved) this.parts.onSaved(item, seq, answers.find((one) => one.item === item)?.seq ?? seq);
      for (const { item, seq, code } of ack.refused ?? []) this.parts.onRefused(item, seq, code);
      if (!this.isGreeted) this.enter('http');
    } catch (error) {
      this.receivePostError(error);
    } finally {
      this.posting = null;
    }
    for (const { item, seq } of answers) this.release(item, seq);
    // Answers given while the call ran.
    if (!this.isEnded && this.postFailures === 0 && this.toPost.length > 0) this.later('post', 50, () => void this.postWaiting());
  }

  private receivePostError(error: unknown): void {
    if (error instanceof ApiError && (error.status === 410 || error.status === 404)) return this.enter('closed');
    if (error instanceof ApiError && error.status === 401) return this.enter('signed_out');
    this.postFailures += 1;
    if (this.isEnded || (this.isGreeted && this.toPost.length === 0)) return;
    if (!this.isGreeted) this.enter('down');
    const asked = error instanceof ApiError ? Number(error.extra.retry_after_s ?? 0) * 1000 : 0;
    this.later('post', asked + this.backoff(this.postFailures), () => void this.postWaiting());
  }
}
