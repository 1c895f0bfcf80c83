import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Spoken } from './spoken.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Spoken', () => {
  it('says nothing of how a field is met', async () => {
    const spoken = new Spoken('saved');
    spoken.hear('saved');
    await vi.advanceTimersByTimeAsync(20_000);

    expect(spoken.mark).toBe('empty');
  });

  it('says that words are saved after a pause, once more after the next, and not between', async () => {
    const spoken = new Spoken('empty');
    const heard: string[] = [];
    for (const [mark, ms] of [['waiting', 700], ['saved', 600], ['waiting', 700], ['saved', 1_600], ['waiting', 100], ['saved', 1_600]] as const) {
      spoken.hear(mark);
      heard.push(spoken.mark);
      await vi.advanceTimersByTimeAsync(ms);
      heard.push(spoken.mark);
    }

    expect(heard).toEqual(['empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', 'saved', 'empty', 'empty', 'empty', 'saved']);
  });

  it('says that words are not saved when that lasts', async () => {
    const spoken = new Spoken('saved');
    spoken.hear('waiting');
    await vi.advanceTimersByTimeAsync(7_900);
    const before = spoken.mark;
    await vi.advanceTimersByTimeAsync(200);

    expect([before, spoken.mark]).toEqual(['empty', 'waiting']);
  });
});
