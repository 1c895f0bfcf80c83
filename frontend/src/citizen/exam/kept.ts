/** The copy of an open paper on this device: when it may be opened, and what it says about answers and time. Pure. */
import { ApiError } from '$shared/api/errors';
import type { Attempt } from '$shared/api/types';

/** One moment on both clocks, in ms since 1970. */
export interface ClockPair {
  server: number;
  wall: number;
}
export interface KeptPaper {
  /** Whose paper it is. A phone may have many hands: nobody else is shown it. */
  person: string;
  /** As the server gave it; `saved` holds what the server had confirmed when the copy was made. */
  paper: Attempt;
  clock: ClockPair;
}
/** A paper to work on, by the server's word or from the copy. */
export interface Opened {
  paper: Attempt;
  kept: KeptPaper | null;
}

/** A clock may be corrected by so much without anybody noticing. */
const SLACK_MS = 2_000;
/** With a copy at hand nobody is kept waiting for a network that says nothing. */
const PATIENCE_MS = 4_000;

export type Fetch = (options: { retries?: number; timeoutMs?: number }) => Promise<Attempt>;

/**
 * The server's paper; its copy only where the server did not answer or could not, and only for the person the server
 * last named on this device.
 */
export async function openPaper(fetch: Fetch, copy: KeptPaper | null, person: string | null): Promise<Opened> {
  const kept = copy !== null && copy.person === person ? copy : null;
  try {
    return { paper: await fetch(kept ? { retries: 0, timeoutMs: PATIENCE_MS } : {}), kept: null };
  } catch (error) {
    if (kept && error instanceof ApiError && error.isPassing) return { paper: kept.paper, kept };
    throw error;
  }
}

/** The server's time by this device's own clock, which may have been set meanwhile: an estimate. */
export function estimateServerTime(clock: ClockPair, wallNow: number): number {
  return clock.server + (wallNow - clock.wall);
}

/** This device's clock shows an earlier time than it has shown before: somebody, or the network, has set it. */
export function wasSetBack(clock: ClockPair, seenAt: number, wallNow: number): boolean {
  return wallNow < Math.max(clock.wall, seenAt) - SLACK_MS;
}
