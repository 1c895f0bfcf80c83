import { describe, expect, it } from 'vitest';
import type { Contest, Round } from '$shared/api/types';
import { currentRound, sortContests } from './pick';

const round = (number: number, state: Round['state']): Round => ({ number, state }) as Round;
const contest = (key: string, state: Contest['state'], rounds: Round[] = []): Contest => ({ key, state, rounds }) as Contest;

describe('currentRound', () => {
  it.each([
    [[round(1, 'closed'), round(2, 'open'), round(3, 'upcoming')], 2],
    [[round(3, 'upcoming'), round(1, 'closed'), round(2, 'upcoming')], 2],
    [[round(1, 'closed'), round(2, 'closed')], 2],
  ])('of %j is number %i', (rounds, number) => {
    expect(currentRound(contest('a', 'open', rounds))?.number).toBe(number);
  });

  it('is null for a contest without rounds', () => {
    expect(currentRound(contest('a', 'upcoming'))).toBeNull();
  });
});

describe('sortContests', () => {
  it('puts the open one first and the closed one last', () => {
    const sorted = sortContests([contest('old', 'closed'), contest('soon', 'upcoming'), contest('now', 'open')]);

    expect(sorted.map((one) => one.key)).toEqual(['now', 'soon', 'old']);
  });
});
