import { beforeEach, describe, expect, it, vi } from 'vitest';
import { stubStorage } from '$shared/storage.stand';
import type { ContestQuestion } from './calls';
import { room } from './calls';
import { Draft } from './draft.svelte';

const stored = new Map<string, string>();
const question = { question: 'u', key: 'cau-7', version: 2, kind: 'single', stem: '', keys: [[2]], texts: [], options: [], rounds: [], explanation: '', citations: [] } as unknown as ContestQuestion;
const changes = [{ question: 'u', version: 2, kind: 'correct_key' as const, keys: [[3]], texts: [] }];

beforeEach(() => {
  stubStorage(stored, 'an');
  vi.spyOn(room, 'questions').mockResolvedValue({ results: [question], total: 1, next: null });
});

describe('a set that enters marks', () => {
  it.each([true, false])('is kept and sent as it was filled: %s', async (entersMarks) => {
    const propose = vi.spyOn(room, 'propose').mockRejectedValue(new Error('stop here'));
    const draft = new Draft('hoi-thi');
    await draft.fill({ changes, entersMarks }, 'Lý do');
    draft.keep();

    const again = new Draft('hoi-thi');
    await again.restore();
    await again.send();

    expect(propose).toHaveBeenCalledExactlyOnceWith('hoi-thi', 'Lý do', changes, entersMarks);
    propose.mockRestore();
  });

  it('that an earlier build kept enters none', async () => {
    stored.set('hoithi.staff.incident.an.hoi-thi', JSON.stringify({ reason: 'Lý do', changes, at: '2026-11-22T08:00:00+07:00' }));
    const draft = new Draft('hoi-thi');
    await draft.restore();

    expect([draft.entries.length, draft.entersMarks]).toEqual([1, false]);
  });
});
