import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$shared/api/errors';
import type { AnswerLink } from './link';
import { acked, frame, setUp, type Wire } from './link.stand';

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
