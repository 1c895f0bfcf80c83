import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { throttled } from './pull';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('fetches soon after the first tick and then at most once in three seconds', () => {
  const fetch = vi.fn();
  const pull = throttled(fetch, () => 0.5);
  for (let i = 0; i < 10; i += 1) {
    pull.ask();
    vi.advanceTimersByTime(1_000);
  }

  expect(fetch).toHaveBeenCalledTimes(3);
});

it('fetches nothing after it was stopped', () => {
  const fetch = vi.fn();
  const pull = throttled(fetch, () => 0.5);
  pull.ask();
  pull.stop();
  vi.advanceTimersByTime(10_000);

  expect(fetch).not.toHaveBeenCalled();
});
