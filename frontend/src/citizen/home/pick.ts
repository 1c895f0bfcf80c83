/** Which contest and which round stand in front. Pure. */
import type { Contest, Round } from '$shared/api/types';

const ORDER: Contest['state'][] = ['open', 'between', 'upcoming', 'closed'];

/** Open contests first; within one state, the order the server gives. */
export function sortContests(contests: readonly Contest[]): Contest[] {
  return [...contests].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}

/** The open round, else the next to open, else the last one held. */
export function currentRound(contest: Contest): Round | null {
  const rounds = [...contest.rounds].sort((a, b) => a.number - b.number);
  return rounds.find((round) => round.state === 'open') ?? rounds.find((round) => round.state === 'upcoming') ?? rounds.at(-1) ?? null;
}
