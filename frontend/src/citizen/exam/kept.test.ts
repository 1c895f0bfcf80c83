import { describe, expect, it } from 'vitest';
import { ApiError } from '$shared/api/errors';
import type { Attempt } from '$shared/api/types';
import { ServerClock } from '$shared/live/clock';
import { choose, openJournal, tally, toSend } from './journal';
import { estimateServerTime, type KeptPaper, openPaper, wasSetBack } from './kept';

const paper: Attempt = {
  uuid: 'a1',
  round: 'r1',
  contest: 'thu',
  number: 1,
  state: 'open',
  started_at: '2026-11-22T01:00:00Z',
  deadline_at: '2026-11-22T01:15:00Z',
  server_time: '2026-11-22T01:00:01Z',
  items: [1, 2, 3, 4, 5].map((item) => ({ item, kind: 'single', stem: `${item}?`, options: [] })),
  prediction: null,
  result_shown_at: null,
  saved: [],
  receipt: null,
};
const copy: KeptPaper = { person: 'p1', paper: { ...paper, saved: [{ item: 1, seq: 1, choice: [2] }] }, clock: { server: 1_000_000, wall: 1_003_000 } };
const cut = new ApiError('network', '', 0);
const failing = (error: unknown) => () => Promise.reject(error);

describe('openPaper', () => {
  it("takes the server's word before the copy", async () => {
    expect(await openPaper(() => Promise.resolve(paper), copy, 'p1')).toEqual({ paper, kept: null });
  });

  it.each([cut, new ApiError('timeout', '', 0), new ApiError('unknown', '', 503)])('opens the copy when the server cannot answer: %s', async (error) => {
    expect(await openPaper(failing(error), copy, 'p1')).toEqual({ paper: copy.paper, kept: copy });
  });

  it.each([new ApiError('not_found', '', 404), new ApiError('not_signed_in', '', 401), new TypeError('a fault of ours')])(
    'does not go round a refusal: %s',
    async (error) => {
      await expect(openPaper(failing(error), copy, 'p1')).rejects.toBe(error);
    },
  );

  it.each(['p2', null])('shows the copy to nobody else: %s', async (person) => {
    await expect(openPaper(failing(cut), copy, person)).rejects.toBe(cut);
  });

  it('waits for a silent network only where there is no copy', async () => {
    const asked: object[] = [];
    const get = (options: object): Promise<Attempt> => (asked.push(options), Promise.resolve(paper));
    await openPaper(get, copy, 'p1');
    await openPaper(get, copy, 'p2');
    await openPaper(get, null, 'p1');
    expect(asked).toEqual([{ retries: 0, timeoutMs: 4_000 }, {}, {}]);
  });
});

describe('a journal opened from the copy', () => {
  // Confirmed with the paper, confirmed since, changed after that and still waiting, never sent.
  const settled = [
    { item: 1, seq: 1, choice: [2] },
    { item: 2, seq: 2, choice: [1] },
    { item: 3, seq: 3, choice: [4] },
  ];
  const waiting = [
    { item: 3, seq: 5, choice: [1] },
    { item: 4, seq: 4, choice: [3] },
  ];
  const journal = openJournal([...copy.paper.saved, ...settled], waiting);

  it('counts as saved what the server had confirmed, and the rest as waiting', () => {
    expect(tally(journal, [1, 2, 3, 4, 5])).toEqual({ saved: 2, waiting: 2, unanswered: [5] });
    expect(toSend(journal)).toEqual([waiting[1], waiting[0]]);
  });

  it('goes on numbering where it stopped, so that the server takes the newer choice', () => {
    expect(choose(journal, 5, [2])[1]).toEqual({ item: 5, seq: 6, choice: [2] });
  });
});

describe('time without the server', () => {
  it("is carried by the device's own clock", () => {
    expect(estimateServerTime(copy.clock, 1_063_000)).toBe(1_060_000);
  });

  it.each([
    [1_003_000, 0, false],
    [1_001_500, 0, false],
    [1_000_000, 0, true],
    [1_060_000, 1_100_000, true],
    [1_100_500, 1_100_000, false],
  ])('at %i, last seen at %i, the clock was set back: %s', (now, seenAt, is) => {
    expect(wasSetBack(copy.clock, seenAt, now)).toBe(is);
  });

  it("is unsure until the server tells it, and then the server's", () => {
    let monotonic = 5_000;
    const clock = new ServerClock({ monotonic: () => monotonic });
    clock.assume(1_000_000);
    monotonic += 10_000;
    expect([clock.isSure, clock.now()]).toEqual([false, 1_010_000]);
    clock.learn(new Date(2_000_000).toISOString(), 14_900, 15_000);
    expect([clock.isSure, clock.now()]).toEqual([true, 2_000_050]);
  });
});
