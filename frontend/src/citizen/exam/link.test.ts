import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$shared/api/errors';
import type { AnswersAck } from '$shared/api/types';
import { acknowledge, choose, type Journal, openJournal, refresh, toSend, write } from './journal';
import { AnswerLink, type LinkState, type SocketLike } from './link';

/** The far end of a socket, driven by the test. */
class Wire implements SocketLike {
  readyState = 0;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  sent: unknown[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  say(message: object): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }
  hello(saved: object[] = []): void {
    this.say({ t: 'hello', server_time: '2026-11-22T08:00:00+07:00', deadline_at: '2026-11-22T08:15:00+07:00', saved });
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

function setUp(post: (answers: unknown[]) => Promise<AnswersAck> = () => Promise.reject(new ApiError('network', '', 0)), random = 0.5) {
  let journal: Journal = openJournal([], []);
  const wires: Wire[] = [];
  const states: LinkState[] = [];
  const refused: unknown[] = [];
  const posted = vi.fn(post);
  const link = new AnswerLink({
    openSocket: () => {
      wires.push(new Wire());
      return wires.at(-1) as Wire;
    },
    post: posted,
    waiting: () => toSend(journal),
    random: () => random,
    onState: (state) => states.push(state),
    onHello: (hello) => (journal = refresh(journal, hello.saved)),
    onSaved: (item, seq) => (journal = acknowledge(journal, item, seq)),
    onRefused: (...what) => refused.push(what),
  });
  const pick = (item: number, ...choice: number[]): void => {
    const [next, answer] = choose(journal, item, choice);
    journal = next;
    link.push(answer);
  };
  const type = (item: number, text: string): void => {
    const [next, answer] = write(journal, item, text);
    journal = next;
    link.push(answer);
  };
  link.start();
  return { link, wires, states, refused, posted, pick, type, waiting: () => toSend(journal) };
}
const frame = (item: number, seq: number, ...choice: number[]) => ({ t: 'answer', seq, item, choice });
const acked = (answers: unknown[]): Promise<AnswersAck> =>
  Promise.resolve({ saved: answers as AnswersAck['saved'], refused: [], server_time: '2026-11-22T08:00:00+07:00' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('AnswerLink by socket', () => {
  it('sends what waited when hello comes, then each new choice at once', () => {
    const { wires, pick, states } = setUp();
    pick(1, 2);
    wires[0]?.hello();
    pick(2, 4);

    expect(wires[0]?.sent).toEqual([frame(1, 1, 2), frame(2, 2, 4)]);
    expect(states).toEqual(['live']);
  });

  it('comes back after a cut and sends again only what was not confirmed', async () => {
    const { wires, pick, waiting } = setUp();
    wires[0]?.hello();
    pick(1, 2);
    pick(2, 4);
    wires[0]?.say({ t: 'saved', item: 1, seq: 1 });
    wires[0]?.drop(1012);
    await vi.advanceTimersByTimeAsync(1_000);
    wires[1]?.hello([{ item: 1, seq: 1, choice: [2] }]);

    expect(wires[1]?.sent).toEqual([frame(2, 2, 4)]);
    expect(waiting().map((answer) => answer.seq)).toEqual([2]);
  });

  it('comes back at leisure when nothing waits, at once when something does, and never all at one moment', async () => {
    const reconnects = async (random: number, isWaiting: boolean): Promise<number> => {
      const { wires, pick } = setUp(undefined, random);
      wires[0]?.hello();
      if (isWaiting) pick(1, 2);
      const before = performance.now();
      wires[0]?.drop();
      while (wires.length === 1) await vi.advanceTimersByTimeAsync(50);
      return performance.now() - before;
    };

    expect([await reconnects(0, false), await reconnects(0.5, false), await reconnects(1, false)]).toEqual([200, 4_200, 8_200]);
    expect([await reconnects(0, true), await reconnects(1, true)]).toEqual([200, 700]);
  });

  it('takes a socket that confirms nothing for six seconds for dead', async () => {
    const { wires, pick } = setUp();
    wires[0]?.hello();
    pick(1, 2);
    await vi.advanceTimersByTimeAsync(7_500);

    expect([wires.length, wires[0]?.readyState]).toEqual([2, 3]);
  });

  it('sends again after the pause the server asks for', async () => {
    const { wires, pick } = setUp();
    wires[0]?.hello();
    pick(1, 2);
    wires[0]?.say({ t: 'err', code: 'retry', ref: 1, retry_ms: 300 });
    await vi.advanceTimersByTimeAsync(310);

    expect(wires[0]?.sent).toEqual([frame(1, 1, 2), frame(1, 1, 2)]);
  });

  it('hands on a refusal that repeating cannot mend', () => {
    const { wires, pick, refused } = setUp();
    wires[0]?.hello();
    pick(9, 2);
    wires[0]?.say({ t: 'err', code: 'unknown_item', ref: 1 });

    expect(refused).toEqual([[9, 1, 'unknown_item', undefined]]);
  });

  it.each([
    [4409, 'elsewhere'],
    [4410, 'closed'],
    [4401, 'signed_out'],
  ])('close code %i ends the link as %s and is not retried', async (code, state) => {
    const { wires, states, pick } = setUp();
    wires[0]?.hello();
    wires[0]?.drop(code);
    pick(1, 1);
    await vi.advanceTimersByTimeAsync(60_000);

    expect([states.at(-1), wires.length]).toEqual([state, 1]);
  });
});

describe('AnswerLink handing in', () => {
  const submit = { t: 'submit', prediction: 4210 };
  const ping = { t: 'ping' };
  const submitted = { t: 'submitted', state: 'submitted', submitted_at: '2026-11-22T08:15:00+07:00', receipt: 'R', result_shown_at: null };
  const handIn = (link: AnswerLink, silenceMs = 1_000): string[] => {
    const heard: string[] = [];
    link.submit(4210, silenceMs, { onEnded: () => heard.push('ended'), onDoubt: () => heard.push('doubt') });
    return heard;
  };

  it('sends what waits first, then asks for a sign of life, then hands in', () => {
    const { link, wires, pick, states } = setUp();
    wires[0]?.hello();
    pick(1, 2);
    wires[0]?.say({ t: 'err', code: 'retry', ref: 1, retry_ms: 300 });
    const heard = handIn(link);
    wires[0]?.say({ t: 'saved', item: 1, seq: 1 });
    wires[0]?.say(submitted);
    // The server closes what has ended; by then nobody listens.
    wires[0]?.say({ t: 'closed', reason: 'submitted' });
    wires[0]?.drop(4410);

    expect(wires[0]?.sent).toEqual([frame(1, 1, 2), frame(1, 1, 2), ping, submit]);
    expect([heard, states]).toEqual([['ended'], ['live', 'closed']]);
  });

  it.each(['connecting', 'down', 'gone'])('leaves it to HTTP at once while the socket is %s', (how) => {
    const { link, wires } = setUp();
    if (how !== 'connecting') wires[0]?.hello();
    if (how === 'down') wires[0]?.drop();
    if (how === 'gone') (wires[0] as Wire).readyState = 3;

    expect([handIn(link), wires[0]?.sent]).toEqual([['doubt'], []]);
  });

  it('leaves it to HTTP after silence, once, and still hears the socket', async () => {
    const { link, wires, states } = setUp();
    wires[0]?.hello();
    const heard = handIn(link);
    await vi.advanceTimersByTimeAsync(990);
    const before = [...heard];
    await vi.advanceTimersByTimeAsync(9_000);
    wires[0]?.say(submitted);

    expect([before, heard, states]).toEqual([[], ['doubt', 'ended'], ['live', 'closed']]);
  });

  it('waits longer for a server that shows that it lives', async () => {
    const { link, wires } = setUp();
    wires[0]?.hello();
    const heard = handIn(link);
    wires[0]?.say({ t: 'pong', server_time: '2026-11-22T08:00:00+07:00' });
    await vi.advanceTimersByTimeAsync(5_900);
    const before = [...heard];
    await vi.advanceTimersByTimeAsync(200);

    expect([before, heard]).toEqual([[], ['doubt']]);
  });

  it.each(['retry', 'rate'])('hands in again after the pause that comes with %s', async (code) => {
    const { link, wires } = setUp();
    wires[0]?.hello();
    const heard = handIn(link);
    wires[0]?.say({ t: 'err', code, retry_ms: 1_500 });
    await vi.advanceTimersByTimeAsync(1_490);
    const before = wires[0]?.sent.length;
    await vi.advanceTimersByTimeAsync(20);
    wires[0]?.say(submitted);

    expect([before, wires[0]?.sent, heard]).toEqual([2, [ping, submit, ping, submit], ['ended']]);
  });

  it('leaves it to HTTP when the server goes on putting it off', async () => {
    const { link, wires } = setUp();
    wires[0]?.hello();
    const heard = handIn(link);
    for (let second = 0; second < 7; second += 1) {
      wires[0]?.say({ t: 'err', code: 'retry', retry_ms: 900 });
      await vi.advanceTimersByTimeAsync(1_000);
    }

    expect(heard).toEqual(['doubt']);
  });

  it.each([
    ['is cut', (wire: Wire) => wire.drop(1012), 'down'],
    ['is closed because the attempt has ended elsewhere', (wire: Wire) => wire.say({ t: 'closed', reason: 'submitted' }), 'closed'],
    ['is taken over by another tab', (wire: Wire) => wire.drop(4409), 'elsewhere'],
    ['does not take the prediction', (wire: Wire) => wire.say({ t: 'err', code: 'bad_field' }), 'live'],
  ])('leaves it to HTTP at once when the socket %s', (_, act, state) => {
    const { link, wires, states } = setUp();
    wires[0]?.hello();
    const heard = handIn(link);
    act(wires[0] as Wire);

    expect([heard, states.at(-1)]).toEqual([['doubt'], state]);
  });

  it('is not sent again by the next socket', async () => {
    const { link, wires } = setUp();
    wires[0]?.hello();
    handIn(link);
    wires[0]?.drop();
    await vi.advanceTimersByTimeAsync(10_000);
    wires[1]?.hello();

    expect(wires[1]?.sent).toEqual([]);
  });
});

describe('AnswerLink by HTTP', () => {
  it('posts after four seconds without hello, and goes on trying the socket', async () => {
    const { wires, states, posted, pick, waiting } = setUp(acked);
    pick(1, 2);
    await vi.advanceTimersByTimeAsync(4_100);

    expect(posted.mock.calls).toEqual([[[{ item: 1, seq: 1, choice: [2] }]]]);
    expect([states.at(-1), waiting()]).toEqual(['http', []]);

    await vi.advanceTimersByTimeAsync(2_000);
    wires[1]?.hello();

    expect(states.at(-1)).toBe('live');
  });

  it('posts each later choice while the socket stays shut', async () => {
    const { posted, pick, waiting } = setUp(acked);
    pick(1, 2);
    await vi.advanceTimersByTimeAsync(4_100);
    pick(2, 3);
    await vi.advanceTimersByTimeAsync(10);

    expect([posted.mock.calls.length, waiting()]).toEqual([2, []]);
  });

  it('waits longer after each failure and loses nothing', async () => {
    let isUp = false;
    const { states, pick, posted, waiting, wires } = setUp((answers) => (isUp ? acked(answers) : Promise.reject(new ApiError('network', '', 0))));
    pick(1, 2);
    for (let i = 0; i < 4; i += 1) {
      await vi.advanceTimersByTimeAsync(2_000);
      wires.at(-1)?.drop();
    }
    const tries = posted.mock.calls.length;

    expect([states.at(-1), waiting().length, tries > 1 && tries < 12]).toEqual(['down', 1, true]);

    isUp = true;
    await vi.advanceTimersByTimeAsync(16_000);

    expect([states.at(-1), waiting()]).toEqual(['http', []]);
  });

  it('ends when the attempt is closed', async () => {
    const { states, pick } = setUp(() => Promise.reject(new ApiError('attempt_closed', '', 410)));
    pick(1, 2);
    await vi.advanceTimersByTimeAsync(4_100);

    expect(states.at(-1)).toBe('closed');
  });
});

describe('AnswerLink with words', () => {
  const LONG = 'ô'.repeat(5_000);

  it('sends words by the open socket, in a frame of their own', () => {
    const { wires, type, waiting } = setUp();
    wires[0]?.hello();
    type(2, 'Hà Nội “7,5 %”');
    wires[0]?.say({ t: 'saved', item: 2, seq: 1 });

    expect(wires[0]?.sent).toEqual([{ t: 'text', seq: 1, item: 2, text: 'Hà Nội “7,5 %”' }]);
    expect(waiting()).toEqual([]);
  });

  it('posts what no frame can carry although the socket is open, and nothing else', async () => {
    const { wires, pick, type, posted, waiting, states } = setUp(acked);
    wires[0]?.hello();
    type(2, LONG);
    pick(1, 3);
    await vi.advanceTimersByTimeAsync(50);

    expect(wires[0]?.sent).toEqual([frame(1, 2, 3)]);
    expect(posted.mock.calls).toEqual([[[{ item: 2, seq: 1, text: LONG }]]]);
    expect([waiting(), states]).toEqual([[{ item: 1, seq: 2, choice: [3] }], ['live']]);
  });

  it('posts again what a network has lost, without taking the open socket for dead', async () => {
    let isCut = true;
    const { wires, type, posted, waiting, states } = setUp((answers) => (isCut ? Promise.reject(new ApiError('network', '', 0)) : acked(answers)));
    wires[0]?.hello();
    type(2, LONG);
    await vi.advanceTimersByTimeAsync(8_000);
    isCut = false;
    await vi.advanceTimersByTimeAsync(16_000);

    expect([waiting(), states, wires.length]).toEqual([[], ['live'], 1]);
    expect(posted.mock.calls.length).toBeGreaterThan(1);
  });

  it('posts what waited for a reconnect and is too long for the new socket', async () => {
    const { wires, type, posted } = setUp(acked);
    type(2, LONG);
    wires[0]?.hello();
    await vi.advanceTimersByTimeAsync(50);

    expect([wires[0]?.sent, posted.mock.calls]).toEqual([[], [[[{ item: 2, seq: 1, text: LONG }]]]]);
  });

  it('has one text of an item on its way: what was written since goes after the answer, and only the newest', () => {
    const { wires, type, waiting } = setUp();
    wires[0]?.hello();
    for (const text of ['a', 'ab', 'abc']) type(2, text);
    type(3, 'x');
    const before = [...(wires[0]?.sent ?? [])];
    wires[0]?.say({ t: 'saved', item: 2, seq: 1 });
    wires[0]?.say({ t: 'saved', item: 3, seq: 4 });
    wires[0]?.say({ t: 'saved', item: 2, seq: 3 });

    const frames = [{ t: 'text', seq: 1, item: 2, text: 'a' }, { t: 'text', seq: 4, item: 3, text: 'x' }, { t: 'text', seq: 3, item: 2, text: 'abc' }];
    expect([before, wires[0]?.sent, waiting()]).toEqual([frames.slice(0, 2), frames, []]);
  });

  it('sends the newer text although the older one is refused, and all of it before a hand-in', () => {
    const { wires, type, link } = setUp();
    wires[0]?.hello();
    for (const text of ['a', 'ab']) type(2, text);
    wires[0]?.say({ t: 'err', code: 'text_too_long', ref: 1 });
    type(2, 'abc');
    link.submit(null, 1_000, { onEnded: () => undefined, onDoubt: () => undefined });

    expect((wires[0]?.sent as { t: string; seq?: number }[]).map(({ t, seq }) => [t, seq])).toEqual([['text', 1], ['text', 2], ['text', 3], ['ping', undefined], ['submit', undefined]]);
  });

  it('gives a text on a slow line the time that its length takes', async () => {
    const { wires, type } = setUp();
    wires[0]?.hello();
    type(2, 'x'.repeat(6_000));
    await vi.advanceTimersByTimeAsync(11_900);
    const before = wires[0]?.readyState;
    await vi.advanceTimersByTimeAsync(300);

    expect([before, wires[0]?.readyState]).toEqual([1, 3]);
  });

  it('posts long texts one at a time, and what is short before them', async () => {
    const { type, pick, posted, waiting } = setUp(acked);
    type(2, LONG);
    type(3, LONG);
    pick(1, 3);
    await vi.advanceTimersByTimeAsync(4_500);

    expect(posted.mock.calls.map(([answers]) => (answers as { item: number }[]).map(({ item }) => item))).toEqual([[1], [2], [3]]);
    expect(waiting()).toEqual([]);
  });
});
