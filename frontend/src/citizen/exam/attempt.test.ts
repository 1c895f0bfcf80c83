import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PaperItem } from '$shared/api/types';
import { attentive, type Frame, ITEMS, MINUTE, OpenSocket, Server, sit, stand, submitted, useStand } from './attempt.stand';

useStand();

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
    stand.server.answers = 'hanging';
    session.prediction = '4210';
    await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(MINUTE + 1_900);

    const [submittedAt] = stand.server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([stand.server.submitted, submittedAt > MINUTE - 300 && submittedAt < MINUTE + 2_000]).toEqual([4210, true]);
    expect([session.stage, session.lostCount]).toEqual(['done', 1]);
  });

  it('does not call lost what the server has stored and could not confirm', async () => {
    const session = await sit();
    stand.server.answers = 'stored, unsaid';
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
    expect([await done, session.stage, session.lostCount, stand.posts(), OpenSocket.last.readyState]).toEqual([true, 'done', 0, [], 3]);
  });

  it('hands in at the deadline by the socket, and no choice is taken while it waits', async () => {
    const session = await sit();
    OpenSocket.hears = (frame, socket) => frame.t === 'ping' && attentive(frame, socket);
    await vi.advanceTimersByTimeAsync(MINUTE + 3_000);
    await session.pick(ITEMS[0] as PaperItem, 2);
    const stage = session.stage;
    OpenSocket.last.say(submitted);
    await vi.advanceTimersByTimeAsync(100);

    expect([stage, session.stage, session.choice(1), stand.posts()]).toEqual(['submitting', 'done', [], []]);
  });

  it.each([false, true])('posts within the grace when the socket is silent at the deadline; an answer waits: %s', async (isWaiting) => {
    const session = await sit();
    session.prediction = '4210';
    OpenSocket.hears = () => undefined;
    stand.server.answers = 'hanging';
    await vi.advanceTimersByTimeAsync(MINUTE - 500);
    if (isWaiting) await session.pick(ITEMS[0] as PaperItem, 2);
    await vi.advanceTimersByTimeAsync(2_400);

    const [submittedAt] = stand.server.asked.find(([, what]) => what === 'POST /submit') ?? [Infinity];
    expect([stand.server.submitted, submittedAt > MINUTE && submittedAt < MINUTE + 1_900, session.stage]).toEqual([4210, true, 'done']);
  });

  it('posts when the server goes on saying retry, and when the socket is cut', async () => {
    for (const [hears, byMs] of [
      [(frame: Frame, socket: OpenSocket) => frame.t === 'submit' && socket.say({ t: 'err', code: 'retry', retry_ms: 1_000 }), 7_500],
      [(frame: Frame, socket: OpenSocket) => frame.t === 'submit' && socket.onclose?.({ code: 1012 }), 100],
    ] as const) {
      stand.server = new Server();
      const session = await sit();
      OpenSocket.hears = hears;
      void session.submit();
      await vi.advanceTimersByTimeAsync(byMs);

      expect([session.stage, stand.posts()]).toEqual(['done', ['POST /submit']]);
      stand.stop();
    }
  });

  it('ends once when the socket speaks while the POST hangs', async () => {
    const session = await sit();
    OpenSocket.hears = () => undefined;
    stand.server.submits = 'hanging';
    const done = session.submit();
    await vi.advanceTimersByTimeAsync(4_000);
    const before = [session.stage, stand.posts()];
    OpenSocket.last.say(submitted);
    await vi.advanceTimersByTimeAsync(30_000);

    expect([before, await done, session.stage, stand.posts()]).toEqual([['submitting', ['POST /submit']], true, 'done', ['POST /submit']]);
  });

  it('asks the server when another tab has ended the attempt', async () => {
    const session = await sit();
    stand.server.submitted = 1;
    OpenSocket.last.say({ t: 'closed', reason: 'submitted' });
    await vi.advanceTimersByTimeAsync(100);

    expect([session.stage, stand.posts(), stand.server.asked.at(-1)?.[1]]).toEqual(['done', [], 'GET ']);
  });
});
