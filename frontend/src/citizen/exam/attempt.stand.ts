/** What an attempt is sat against in tests: a server by HTTP and by socket, and clocks that the test moves. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { Attempt, PaperItem } from '$shared/api/types';
import { serverClock } from '$shared/live/clock';
import { AttemptSession, type MakeWriting } from './attempt.svelte';
import type { Answer } from './journal';
import type { Marks, Store } from './store';

export const START = Date.parse('2026-11-22T08:00:00+07:00');
export const at = (ms: number): string => new Date(START + ms).toISOString();
export const ITEMS = [1, 2, 3].map((item) => ({ item, kind: 'single', stem: '', options: [1, 2, 3, 4].map((option) => ({ option, text: '' })) }) as PaperItem);
export const WORDS = [ITEMS[0], ...(['short_text', 'essay'] as const).map((kind, i) => ({ item: i + 2, kind, stem: '', options: [], max_length: 20 }))] as PaperItem[];
export const MINUTE = 60_000;

/** The server as the page meets it by HTTP: it answers as told. */
export class Server {
  stored: Answer[] = [];
  submitted: unknown = null;
  asked: Array<[number, string]> = [];
  /** What becomes of a journal that is posted. */
  answers: 'stored' | 'stored, unsaid' | 'hanging' = 'stored';
  submits: 'taken' | 'hanging' = 'taken';

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const body = init.body ? (JSON.parse(String(init.body)) as { answers: Answer[]; prediction: unknown }) : null;
    this.asked.push([Date.now() - START, `${init.method ?? 'GET'} ${path.replace('/api/attempts/u', '')}`]);
    if (path.endsWith('/answers') && body) {
      if (this.answers === 'hanging') return new Promise(() => undefined);
      this.stored.push(...body.answers);
      if (this.answers === 'stored, unsaid') throw new TypeError('the line is cut');
      return this.say({ saved: body.answers, refused: [], server_time: at(Date.now() - START) });
    }
    if (path.endsWith('/submit')) {
      if (this.submits === 'hanging') return new Promise(() => undefined);
      this.submitted = body?.prediction;
      return this.say({ state: 'submitted', submitted_at: at(0), receipt: 'R' });
    }
    return this.say({ ...paper(), state: this.submitted === null ? 'open' : 'submitted', saved: this.stored, server_time: at(Date.now() - START) });
  }

  private say(body: object): Response {
    return new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
  }
}

export const paper = (items = ITEMS, saved: Answer[] = []): Attempt => ({
  uuid: 'u', round: 'r', contest: 'c', number: 1, state: 'open', items, saved, receipt: null, result_shown_at: null,
  prediction: { kind: 'all_correct', label: '', min: 0, max: 1_000_000, decimals: 0 },
  started_at: at(0), deadline_at: at(MINUTE), server_time: at(0),
});
export const nothing = (): Promise<void> => Promise.resolve();
export const memory: Store = {
  isDurable: false, answers: () => Promise.resolve([]), keep: nothing, drop: nothing, settle: nothing, settled: () => Promise.resolve([]),
  paper: () => Promise.resolve(null), keepPaper: nothing, forgetPaper: nothing, marks: () => Promise.resolve(null), keepMarks: nothing, clear: nothing,
};
/** A device that keeps what it is given, by the rules of the one in the browser: what is newer than the seq told stays. */
export class Device implements Store {
  isDurable = true;
  kept = new Map<number, Answer>();
  confirmed = new Map<number, Answer>();
  kept_marks: Marks | null = null;
  answers = (): Promise<Answer[]> => Promise.resolve([...this.kept.values()]);
  keep = async (answer: Answer): Promise<void> => void this.kept.set(answer.item, answer);
  drop = async (item: number, seq: number): Promise<void> => void ((this.kept.get(item)?.seq ?? Infinity) <= seq && this.kept.delete(item));
  settle = async (answer: Answer): Promise<void> => {
    this.confirmed.set(answer.item, answer);
    await this.drop(answer.item, answer.seq);
  };
  settled = (): Promise<Answer[]> => Promise.resolve([...this.confirmed.values()]);
  paper = (): Promise<null> => Promise.resolve(null);
  keepPaper = nothing;
  forgetPaper = nothing;
  marks = (): Promise<Marks | null> => Promise.resolve(this.kept_marks);
  keepMarks = async (marks: Marks): Promise<void> => void (this.kept_marks = structuredClone(marks));
  clear = nothing;
  /** The same device after its page was loaded again. */
  reload(): Device {
    return Object.assign(new Device(), { kept: new Map(this.kept), confirmed: new Map(this.confirmed), kept_marks: structuredClone(this.kept_marks) });
  }
}
export class ShutSocket {
  readyState = 3;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    setTimeout(() => this.onclose?.({ code: 1006 }), 10);
  }
  send = (): void => undefined;
  close = (): void => undefined;
}
/** A socket that gets through. `hears` what is sent and may `say` something; without it the socket is silent after its hello. */
export class OpenSocket {
  static last: OpenSocket;
  /** What hello says is saved. */
  static holds: Answer[];
  static hears: (frame: Frame, socket: OpenSocket) => void;
  readyState = 1;
  sent: Frame[] = [];
  onmessage: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    OpenSocket.last = this;
    setTimeout(() => this.say({ t: 'hello', server_time: at(Date.now() - START), deadline_at: at(MINUTE), saved: OpenSocket.holds }), 10);
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  send(text: string): void {
    const frame = JSON.parse(text) as Frame;
    this.sent.push(frame);
    OpenSocket.hears(frame, this);
  }
  close = (): void => void (this.readyState = 3);
}
export interface Frame {
  t: string;
  item?: number;
  seq?: number;
}
export const submitted = { t: 'submitted', state: 'submitted', submitted_at: at(0), receipt: 'R', result_shown_at: null };
/** A server in its best form. */
export const attentive = ({ t, item, seq }: Frame, socket: OpenSocket): void => {
  if (t === 'answer' || t === 'text') setTimeout(() => socket.say({ t: 'saved', item, seq }), 20);
  if (t === 'ping') socket.say({ t: 'pong', server_time: at(Date.now() - START) });
  if (t === 'submit') setTimeout(() => socket.say(submitted), 40);
};

export const stand = {
  server: new Server(),
  stop: (): void => undefined,
  /** What was posted, in order. */
  posts: (): string[] => stand.server.asked.map(([, what]) => what).filter((what) => what.startsWith('POST')),
};

export async function sit(opened = paper(), store = memory, makeWriting: MakeWriting | null = null): Promise<AttemptSession> {
  serverClock.learn(at(0), performance.now(), performance.now());
  const session = await AttemptSession.open(opened, store, null, makeWriting);
  stand.stop = session.run();
  await vi.advanceTimersByTimeAsync(50);
  return session;
}

/** Set all of it up before each test of the file, and take it down after. */
export function useStand(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: START });
    stand.server = new Server();
    OpenSocket.holds = [];
    const target = new EventTarget();
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('document', { cookie: 'csrftoken=x', addEventListener: nothing, removeEventListener: nothing });
    vi.stubGlobal('location', { origin: 'http://hoithi.test' });
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: nothing, removeItem: nothing });
    vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
    vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
    vi.stubGlobal('dispatchEvent', target.dispatchEvent.bind(target));
    vi.stubGlobal('WebSocket', ShutSocket);
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => stand.server.fetch(path, init));
  });
  afterEach(() => {
    stand.stop();
    vi.restoreAllMocks();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}
