/** Where a board stands, for the one badge above it: what waits for a person comes before what merely is. */
import type { Board } from './calls';

export type Stage = 'live' | 'preparing' | 'frozen' | 'waiting' | 'final';

export function stageOf(board: Pick<Board, 'publication' | 'is_preparing' | 'frozen_at'>): Stage {
  if (board.publication?.state === 'published') return 'final';
  if (board.publication) return 'waiting';
  if (board.is_preparing) return 'preparing';
  return board.frozen_at ? 'frozen' : 'live';
}
