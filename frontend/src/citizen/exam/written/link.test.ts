import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '$shared/api/errors';
import { acked, frame, setUp } from '../link.stand';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
