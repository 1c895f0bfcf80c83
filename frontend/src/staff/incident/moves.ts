/** How far a line moves, for words and signs. Pure. */
import type { BeforeAfter, RankMove } from './calls';

export type Direction = 'up' | 'down' | 'same' | 'in' | 'out';

/** A lower rank is up. */
export function directionOf(move: Pick<RankMove, 'rank_before' | 'rank_after'>): Direction {
  const { rank_before: before, rank_after: after } = move;
  if (before === null) return after === null ? 'same' : 'in';
  if (after === null) return 'out';
  return after < before ? 'up' : after > before ? 'down' : 'same';
}
export const stepsOf = (move: Pick<RankMove, 'rank_before' | 'rank_after'>): number => Math.abs((move.rank_before ?? 0) - (move.rank_after ?? 0));

/** "+12", "−3" with a true minus sign, "±0". */
export function signed(change: BeforeAfter, format: (n: number) => string): string {
  const by = change.after - change.before;
  if (by === 0) return '±0';
  return `${by > 0 ? '+' : '−'}${format(Math.abs(by))}`;
}
