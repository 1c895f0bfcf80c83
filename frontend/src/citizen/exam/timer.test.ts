import { describe, expect, it } from 'vitest';
import { ServerClock } from '$shared/live/clock';
import { hasJumped, spokenMark, viewTimer } from './timer';

describe('viewTimer', () => {
  it.each([
    [900_000, 'calm', 1],
    [120_001, 'calm', 120_001 / 900_000],
    [120_000, 'soon', 120_000 / 900_000],
    [10_000, 'last', 10_000 / 900_000],
    [0, 'over', 0],
    [-5_000, 'over', 0],
  ])('%i ms left is %s', (left, phase, share) => {
    expect(viewTimer(left, 900_000)).toEqual({ phase, share });
  });
});

describe('spokenMark', () => {
  it('names a mark once, when it is passed', () => {
    expect([spokenMark(120_400, 119_400), spokenMark(119_400, 118_400), spokenMark(10_001, 10_000)]).toEqual([120, null, 10]);
  });
});

describe('hasJumped', () => {
  it('tells a clock that was set from time that passed', () => {
    const before = { wall: 1_000_000, monotonic: 500 };

    expect(hasJumped(before, { wall: 1_005_000, monotonic: 5_500 })).toBe(false);
    expect(hasJumped(before, { wall: 4_605_000, monotonic: 5_500 })).toBe(true);
  });
});

describe('ServerClock', () => {
  const SERVER = '2026-11-22T08:00:00.000+07:00';

  it('counts on from the middle of the exchange by the monotonic clock alone', () => {
    let monotonic = 0;
    const clock = new ServerClock({ monotonic: () => monotonic });
    clock.learn(SERVER, 1_000, 1_200);
    monotonic = 61_100;

    expect(clock.now() - Date.parse(SERVER)).toBe(60_000);
    expect(clock.until('2026-11-22T08:15:00+07:00')).toBe(840_000);
  });

  it('keeps the sample with the shortest exchange', () => {
    const clock = new ServerClock({ monotonic: () => 10_000 });
    clock.learn(SERVER, 1_000, 1_020);
    clock.learn('2026-11-22T08:00:01.300+07:00', 2_000, 3_000);

    expect(clock.now() - Date.parse(SERVER)).toBe(8_990);
  });

  it('gives up a sample that a new one contradicts, as after sleep', () => {
    const clock = new ServerClock({ monotonic: () => 2_000 });
    clock.learn(SERVER, 1_000, 1_020);
    clock.learn('2026-11-22T08:10:00+07:00', 1_900, 2_100);

    expect(clock.now()).toBe(Date.parse('2026-11-22T08:10:00+07:00'));
  });
});
