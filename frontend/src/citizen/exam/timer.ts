/** What the exam's clock shows. Pure: the time left is given. */

export type Phase = 'calm' | 'soon' | 'last' | 'over';

/** Calm until the last two minutes; the last ten seconds count aloud. */
const SOON_MS = 120_000;
const LAST_MS = 10_000;

export interface TimerView {
  phase: Phase;
  /** Share of the time that is left, 1 to 0, for the ring. */
  share: number;
}

export function viewTimer(leftMs: number, wholeMs: number): TimerView {
  const share = wholeMs > 0 ? Math.min(1, Math.max(0, leftMs / wholeMs)) : 0;
  const phase = leftMs <= 0 ? 'over' : leftMs <= LAST_MS ? 'last' : leftMs <= SOON_MS ? 'soon' : 'calm';
  return { phase, share };
}

/** Moments worth telling a screen reader: whole minutes at 10, 5, 2 and 1, then 30 and 10 seconds. */
const SPOKEN_S = [600, 300, 120, 60, 30, 10];

/** The mark passed between two readings, in seconds, or null. */
export function spokenMark(beforeMs: number, nowMs: number): number | null {
  return SPOKEN_S.find((mark) => nowMs <= mark * 1000 && beforeMs > mark * 1000) ?? null;
}

/**
 * True when the monotonic clock and the wall clock have drifted apart since `before`: the device slept, or somebody set
 * its clock. Neither is trusted then; the server is asked again.
 */
export function hasJumped(before: { wall: number; monotonic: number }, now: { wall: number; monotonic: number }): boolean {
  return Math.abs(now.wall - before.wall - (now.monotonic - before.monotonic)) > 1_500;
}
