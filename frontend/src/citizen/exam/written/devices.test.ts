/** One attempt on two devices: no text that was shown as saved goes without a word, and none that was written. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptSession } from '../attempt.svelte';
import { attentive, Device, MINUTE, OpenSocket, paper, ShutSocket, sit, stand, useStand, WORDS } from '../attempt.stand';
import type { Answer } from '../journal';
import { makeWriting } from './index';
import { hashOf } from './known';
import type { Writing } from './writing.svelte';

useStand();

const essay = (seq: number, text: string): Answer => ({ item: 3, seq, text });
const texts = (): unknown[] => OpenSocket.last.sent.filter(({ t }) => t === 'text');
const frame = (seq: number, text: string) => ({ t: 'text', ...essay(seq, text) });
const open = async (saved: Answer[] = [], device = new Device()): Promise<AttemptSession & { writing: Writing }> =>
  (await sit(paper(WORDS, saved), device, makeWriting)) as AttemptSession & { writing: Writing };
const wait = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
async function type(session: { writing: Writing }, ...words: string[]): Promise<void> {
  for (const text of words) {
    session.writing.type(3, text, false);
    await wait(800);
  }
}
/** Nothing gets through. */
function cut(): void {
  vi.stubGlobal('WebSocket', ShutSocket);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  OpenSocket.last.onclose?.({ code: 1006 });
}
async function mend(isSocketOpen: boolean, saved: Answer[]): Promise<void> {
  OpenSocket.holds = stand.server.stored = saved;
  if (isSocketOpen) vi.stubGlobal('WebSocket', OpenSocket);
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => stand.server.fetch(path, init));
  dispatchEvent(new Event('online'));
  await wait(6_000);
}
/** What the page shows and keeps of the essay. */
const seen = (session: AttemptSession & { writing: Writing }): unknown[] => [session.writing.text(3), session.mark(3), session.writing.aside.get(3) ?? []];

beforeEach(() => {
  vi.stubGlobal('WebSocket', OpenSocket);
  OpenSocket.hears = attentive;
});

describe('a text of another device under a lower seq', () => {
  it.each([[true, 'socket'], [false, 'HTTP']])('is not sent over when the network is back: %s (%s)', async (isSocketOpen) => {
    const device = new Device();
    const session = await open([essay(4, 'Bản cũ')], device);
    cut();
    await type(session, 'một', 'một hai', 'một hai ba', 'một hai ba bốn');
    expect([...device.kept.values()]).toEqual([essay(8, 'một hai ba bốn')]);

    const before = OpenSocket.last;
    await mend(isSocketOpen, [essay(7, 'Bản máy bàn')]);

    expect(seen(session)).toEqual(['Bản máy bàn', 'saved', ['một hai ba bốn']]);
    expect([stand.posts(), OpenSocket.last === before ? [] : texts(), [...device.kept.values()]]).toEqual([[], [], []]);
    expect(device.kept_marks?.drafts).toEqual([{ item: 3, text: 'một hai ba bốn', base: -1 }]);
  });

  it.each(['written', 'written and goes on', 'just set aside'])('is not sent over after a reload; the text kept was %s', async (how) => {
    const device = new Device();
    const session = await open([essay(4, 'Bản cũ')], device);
    cut();
    await type(session, 'một', 'một hai', 'một hai ba', 'một hai ba bốn');
    if (how === 'written and goes on') {
      session.writing.type(3, 'một hai ba bốn năm', false);
      await wait(500);
    }
    const again = device.reload();
    if (how === 'just set aside') {
      // The page was lost after the other device's text was shown, and before the answer was forgotten.
      const known: [number, number[]][] = [[3, [hashOf('Bản máy bàn')]]];
      again.kept_marks = { flagged: [], at: 3, prediction: '', drafts: [{ item: 3, text: 'một hai ba bốn', base: -1 }], known };
    }
    stand.stop();
    vi.stubGlobal('WebSocket', OpenSocket);
    const reloaded = await open([essay(7, 'Bản máy bàn')], again);
    await wait(2_000);

    expect(seen(reloaded)).toEqual(['Bản máy bàn', 'saved', [how === 'written and goes on' ? 'một hai ba bốn năm' : 'một hai ba bốn']]);
    expect([texts(), [...again.kept.values()]]).toEqual([[], []]);
  });

  it('is written over once it has been shown, and taken back when asked', async () => {
    const session = await open([essay(4, 'Bản cũ')]);
    cut();
    await type(session, 'a', 'b', 'c', 'd');
    await mend(true, [essay(7, 'Bản máy bàn')]);
    session.writing.decide(3, 'd', true);
    await wait(100);

    expect([texts(), seen(session)]).toEqual([[frame(9, 'd')], ['d', 'saved', []]]);
  });

  it('is not sent over by an answer that is just being kept when it is told', async () => {
    const device = new Device();
    const keep = device.keep;
    device.keep = (answer) => new Promise((resolve) => setTimeout(() => resolve(keep(answer)), 100));
    const session = await open([essay(4, 'Bản cũ')], device);
    session.writing.type(3, 'của tôi', false);
    await wait(720);
    OpenSocket.last.say({ t: 'hello', server_time: paper().server_time, deadline_at: paper().deadline_at, saved: [essay(5, 'Bản máy bàn')] });
    await wait(2_000);

    expect([seen(session), texts()]).toEqual([['Bản máy bàn', 'saved', ['của tôi']], []]);
  });

  it.each([true, false])('is no other device\'s where this one has sent it and heard nothing; reloaded: %s', async (isReloaded) => {
    const device = new Device();
    const session = await open([essay(4, 'Bản cũ')], device);
    OpenSocket.hears = () => undefined;
    await type(session, 'một');
    cut();
    await type(session, 'một hai');
    const again = device.reload();
    OpenSocket.hears = attentive;
    let now = session;
    if (isReloaded) {
      stand.stop();
      vi.stubGlobal('WebSocket', OpenSocket);
      OpenSocket.holds = [essay(5, 'một')];
      now = await open(OpenSocket.holds, again);
      await wait(100);
    } else await mend(true, [essay(5, 'một')]);

    const arrived = [...OpenSocket.last.sent, ...stand.server.stored].filter(({ item }) => item === 3).at(-1);
    expect([arrived, seen(now)]).toEqual([expect.objectContaining(essay(6, 'một hai')), ['một hai', 'saved', []]]);
  });
});

describe('texts set aside', () => {
  it('are all kept, one conflict after the other, and after a reload, while a newer text waits', async () => {
    const device = new Device();
    const session = await open([essay(4, 'Bản cũ')], device);
    cut();
    await type(session, 'thứ nhất');
    await mend(true, [essay(7, 'B1')]);
    cut();
    await type(session, 'thứ hai');
    await mend(true, [essay(8, 'B2')]);
    cut();
    await type(session, 'thứ ba');
    expect([...session.writing.aside]).toEqual([[3, ['thứ nhất', 'thứ hai']]]);

    const again = device.reload();
    stand.stop();
    vi.stubGlobal('WebSocket', OpenSocket);
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => stand.server.fetch(path, init));
    const reloaded = await open([essay(8, 'B2')], again);
    await wait(100);

    expect(seen(reloaded)).toEqual(['thứ ba', 'saved', ['thứ nhất', 'thứ hai']]);
  });

  it('change places with what stood in the field and was not saved', async () => {
    const session = await open([essay(4, 'Bản cũ')]);
    cut();
    await type(session, 'của tôi');
    await mend(true, [essay(7, 'B1')]);
    session.writing.type(3, 'đang viết', true);
    session.writing.decide(3, 'của tôi', true);
    await wait(100);

    expect(seen(session)).toEqual(['của tôi', 'saved', ['đang viết']]);
    session.writing.decide(3, 'đang viết', false);
    expect(seen(session)).toEqual(['của tôi', 'saved', []]);
  });
});

describe('a text of which only the number is told', () => {
  const conflict = { t: 'err', code: 'seq_conflict', item: 3 };
  it.each([
    ['a conflict', ({ seq }: { seq?: number }) => ({ ...conflict, ref: seq }), 5],
    ['superseded', ({ seq }: { seq?: number }) => ({ t: 'saved', item: 3, seq: 9, superseded: true, ref: seq }), 9],
  ] as const)('is asked for until it is heard, and nothing is called saved before: %s', async (_, say, heldSeq) => {
    const session = await open([essay(4, 'Bản cũ')]);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    OpenSocket.hears = (sent, socket) => sent.t === 'text' && sent.seq === 5 && setTimeout(() => socket.say(say(sent)), 20);
    await type(session, 'của tôi');
    await wait(3_000);
    const before = seen(session);
    // Nothing goes over what is not known, and a hand-in does not end the asking.
    await type(session, 'của tôi nữa');
    expect(await Promise.race([session.submit(), wait(11_000)])).toBe(false);
    expect([session.stage, session.mark(3)]).toEqual(['open', 'waiting']);
    stand.server.stored = [essay(heldSeq, 'Huế')];
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => stand.server.fetch(path, init));
    await wait(20_000);

    expect(before).toEqual(['của tôi', 'waiting', []]);
    expect([seen(session), texts()]).toEqual([['Huế', 'saved', ['của tôi nữa']], [frame(5, 'của tôi')]]);
  });

  it('needs no question where the refusal brings it along, although a newer text waits', async () => {
    const session = await open([essay(4, 'Bản cũ')]);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    OpenSocket.hears = () => undefined;
    await type(session, 'một', 'một hai');
    OpenSocket.last.say({ ...conflict, ref: 5, stored: { seq: 5, text: 'Huế' } });
    await wait(100);

    expect([seen(session), texts()]).toEqual([['Huế', 'saved', ['một hai']], [frame(5, 'một')]]);
  });
});

describe('handing in while a long text is being posted', () => {
  const LONG = 'ô'.repeat(4_000);
  const items = WORDS.map((item) => (item.max_length ? { ...item, max_length: 5_000 } : item));

  it.each([
    ['before the deadline', MINUTE / 2, 9_000, 12_000],
    ['at the deadline', MINUTE - 300, 1_200, 3_000],
  ])('waits for it, and goes by HTTP behind it: %s', async (_, startMs, postMs, forMs) => {
    // A slow line, and a server that takes nothing after the hand-in.
    const ended = (): boolean => OpenSocket.last.sent.some(({ t }) => t === 'submit') || stand.server.submitted !== null;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
      if (path.endsWith('/answers')) await new Promise((resolve) => setTimeout(resolve, postMs));
      if (path.endsWith('/answers') && ended()) return new Response('{"code":"attempt_closed"}', { status: 410, headers: { 'Content-Type': 'application/json' } });
      return stand.server.fetch(path, init);
    });
    const session = (await sit(paper(items), new Device(), makeWriting)) as AttemptSession & { writing: Writing };
    session.prediction = '4210';
    await wait(startMs);
    session.writing.type(3, LONG, false);
    if (startMs < MINUTE - 1_000) void session.submit(true);
    await wait(forMs);

    expect([session.stage, session.lostCount, stand.posts(), stand.server.submitted]).toEqual(['done', 0, ['POST /answers', 'POST /submit'], 4210]);
    const [submittedAt] = stand.server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([stand.server.stored, submittedAt < MINUTE + 2_000]).toEqual([[essay(1, LONG)], true]);
  });

  it('does not wait longer than the grace allows', async () => {
    const session = (await sit(paper(items), new Device(), makeWriting)) as AttemptSession & { writing: Writing };
    stand.server.answers = 'hanging';
    session.prediction = '4210';
    await wait(MINUTE - 300);
    session.writing.type(3, LONG, false);
    await wait(2_400);

    const [submittedAt] = stand.server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([stand.server.submitted, submittedAt > MINUTE && submittedAt < MINUTE + 1_900, session.stage, session.lostCount]).toEqual([4210, true, 'done', 1]);
  });
});
