import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt, PaperItem } from '$shared/api/types';
import { serverClock } from '$shared/live/clock';
import { AttemptSession } from './attempt.svelte';
import type { Answer } from './journal';
import type { Store } from './store';

const START = Date.parse('2026-11-22T08:00:00+07:00');
const at = (ms: number): string => new Date(START + ms).toISOString();
const ITEMS = [1, 2, 3].map((item) => ({ item, kind: 'single', stem: '', options: [1, 2, 3, 4].map((option) => ({ option, text: '' })) }) as PaperItem);
const MINUTE = 60_000;

/** The server as the page meets it by HTTP: it answers as told. */
class Server {
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

const paper = (): Attempt => ({
  uuid: 'u', round: 'r', contest: 'c', number: 1, state: 'open', items: ITEMS, saved: [], receipt: null, result_shown_at: null,
  prediction: { kind: 'all_correct', label: '', min: 0, max: 1_000_000, decimals: 0 },
  started_at: at(0), deadline_at: at(MINUTE), server_time: at(0),
});
const nothing = (): Promise<void> => Promise.resolve();
const memory: Store = {
  isDurable: false, answers: () => Promise.resolve([]), keep: nothing, drop: nothing, settle: nothing, settled: () => Promise.resolve([]),
  paper: () => Promise.resolve(null), keepPaper: nothing, forgetPaper: nothing, marks: () => Promise.resolve(null), keepMarks: nothing, clear: nothing,
};
class ShutSocket {
  readyState = 3;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    setTimeout(() => this.onclose?.({ code: 1006 }), 10);
  }
  send = (): void => undefined;
  close = (): void => undefined;
}
/** A socket that gets through. `hears` what is sent and may `say` something; without it the socket is silent after its hello. */
class OpenSocket {
  static last: OpenSocket;
  static hears: (frame: Frame, socket: OpenSocket) => void;
  readyState = 1;
  sent: Frame[] = [];
  onmessage: ((event: object) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  constructor() {
    OpenSocket.last = this;
    setTimeout(() => this.say({ t: 'hello', server_time: at(Date.now() - START), deadline_at: at(MINUTE), saved: [] }), 10);
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
interface Frame {
  t: string;
  item?: number;
  seq?: number;
}
const submitted = { t: 'submitted', state: 'submitted', submitted_at: at(0), receipt: 'R', result_shown_at: null };
/** A server in its best form. */
const attentive = ({ t, item, seq }: Frame, socket: OpenSocket): void => {
  if (t === 'answer') setTimeout(() => socket.say({ t: 'saved', item, seq }), 20);
  if (t === 'ping') socket.say({ t: 'pong', server_time: at(Date.now() - START) });
  if (t === 'submit') setTimeout(() => socket.say(submitted), 40);
};
const posts = (): string[] => server.asked.map(([, what]) => what).filter((what) => what.startsWith('POST'));

let server: Server;
let stop = (): void => undefined;

async function sit(): Promise<AttemptSession> {
  serverClock.learn(at(0), performance.now(), performance.now());
  const session = await AttemptSession.open(paper(), memory, null);
  stop = session.run();
  await vi.advanceTimersByTimeAsync(50);
  return session;
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  server = new Server();
  const target = new EventTarget();
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('document', { cookie: 'csrftoken=x', addEventListener: nothing, removeEventListener: nothing });
  vi.stubGlobal('location', { origin: 'http://hoithi.test' });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: nothing, removeItem: nothing });
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  vi.stubGlobal('removeEventListener', target.removeEventListener.bind(target));
  vi.stubGlobal('WebSocket', ShutSocket);
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => server.fetch(path, init));
});
afterEach(() => {
  stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('AttemptSession at the deadline', () => {
  it('seals by the clock: the moment it has passed no choice is taken, even before the page has drawn it', async () => {
    const session = await sit();
    await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(MINUTE - 60);
    // The clocks move on, the page's own tick has not come yet.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 200);
    await session.pick(ITEMS[1] as PaperItem, 3);

    expect([session.choice(1), session.choice(2)]).toEqual([[2], []]);
  });

  it('hands in within the grace although the last answers hang, and takes the prediction along', async () => {
    const session = await sit();
    server.answers = 'hanging';
    session.prediction = '4210';
    await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(MINUTE + 1_900);

    const [submittedAt] = server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([server.submitted, submittedAt > MINUTE - 300 && submittedAt < MINUTE + 2_000]).toEqual([4210, true]);
    expect([session.stage, session.lostCount]).toEqual(['done', 1]);
  });

  it('does not call lost what the server has stored and could not confirm', async () => {
    const session = await sit();
    server.answers = 'stored, unsaid';
    await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(MINUTE + 5_000);

    expect([session.stage, session.tally.saved, session.lostCount]).toEqual(['done', 1, 0]);
  });
});

describe('AttemptSession handing in by socket', () => {
  beforeEach(() => {
    vi.stubGlobal('WebSocket', OpenSocket);
    OpenSocket.hears = attentive;
  });

  it('hands in by the open socket alone, the last choice before the hand-in', async () => {
    const session = await sit();
    session.prediction = '4210';
    await session.pick(ITEMS[0] as PaperItem, 2);
    const done = session.submit();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(OpenSocket.last.sent).toEqual([{ t: 'answer', seq: 1, item: 1, choice: [2] }, { t: 'ping' }, { t: 'submit', prediction: 4210 }]);
    expect([await done, session.stage, session.lostCount, posts(), OpenSocket.last.readyState]).toEqual([true, 'done', 0, [], 3]);
  });

  it('hands in at the deadline by the socket, and no choice is taken while it waits', async () => {
    const session = await sit();
    OpenSocket.hears = (frame, socket) => frame.t === 'ping' && attentive(frame, socket);
    await vi.advanceTimersByTimeAsync(MINUTE + 3_000);
    await session.pick(ITEMS[0] as PaperItem, 2);
    const stage = session.stage;
    OpenSocket.last.say(submitted);
    await vi.advanceTimersByTimeAsync(100);

    expect([stage, session.stage, session.choice(1), posts()]).toEqual(['submitting', 'done', [], []]);
  });

  it.each([false, true])('posts within the grace when the socket is silent at the deadline; an answer waits: %s', async (isWaiting) => {
    const session = await sit();
    session.prediction = '4210';
    OpenSocket.hears = () => undefined;
    server.answers = 'hanging';
    await vi.advanceTimersByTimeAsync(MINUTE - 500);
    if (isWaiting) await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(2_400);

    const [submittedAt] = server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([server.submitted, submittedAt > MINUTE && submittedAt < MINUTE + 1_900, session.stage]).toEqual([4210, true, 'done']);
  });

  it('posts when the server goes on saying retry, and when the socket is cut', async () => {
    for (const [hears, byMs] of [
      [(frame: Frame, socket: OpenSocket) => frame.t === 'submit' && socket.say({ t: 'err', code: 'retry', retry_ms: 1_000 }), 7_500],
      [(frame: Frame, socket: OpenSocket) => frame.t === 'submit' && socket.onclose?.({ code: 1012 }), 100],
    ] as const) {
      server = new Server();
      const session = await sit();
      OpenSocket.hears = hears;
      void session.submit();
      await vi.advanceTimersByTimeAsync(byMs);

      expect([session.stage, posts()]).toEqual(['done', ['POST /submit']]);
      stop();
    }
  });

  it('ends once when the socket speaks while the POST hangs', async () => {
    const session = await sit();
    OpenSocket.hears = () => undefined;
    server.submits = 'hanging';
    const done = session.submit();
    await vi.advanceTimersByTimeAsync(4_000);
    const before = [session.stage, posts()];
    OpenSocket.last.say(submitted);
    await vi.advanceTimersByTimeAsync(30_000);

    expect([before, await done, session.stage, posts()]).toEqual([['submitting', ['POST /submit']], true, 'done', ['POST /submit']]);
  });

  it('asks the server when another tab has ended the attempt', async () => {
    const session = await sit();
    server.submitted = 1;
    OpenSocket.last.say({ t: 'closed', reason: 'submitted' });
    await vi.advanceTimersByTimeAsync(100);

    expect([session.stage, posts(), server.asked.at(-1)?.[1]]).toEqual(['done', [], 'GET ']);
  });
});
