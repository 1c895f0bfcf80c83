/** The server's time, carried by a clock that people cannot set: performance.now() plus a learned offset. */

interface Sample {
  offset: number;
  /** Half of the round trip: how far off the sample may be. */
  doubt: number;
  at: number;
}

/** A sample this old is replaced even by a less certain one, since oscillators drift and phones sleep. */
const STALE_MS = 120_000;

export interface Now {
  monotonic(): number;
}

export class ServerClock {
  private sample: Sample | null = null;

  constructor(private readonly source: Now = { monotonic: () => performance.now() }) {}

  /** The server itself has told the time, and the device has not slept since. */
  get isSure(): boolean {
    return this.sample !== null && this.sample.doubt < Infinity;
  }

  /** Take the server's time as of the middle of the exchange. Times are in ms of the monotonic clock. */
  learn(serverTime: string, sentAt: number, receivedAt: number): void {
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return;
    const doubt = (receivedAt - sentAt) / 2;
    const offset = server - (sentAt + doubt);
    const old = this.sample;
    const isSurprising = old !== null && Math.abs(offset - old.offset) > old.doubt + doubt + 500;
    if (old === null || doubt <= old.doubt || isSurprising || receivedAt - old.at > STALE_MS) {
      this.sample = { offset, doubt, at: receivedAt };
    }
  }

  /** Go by an estimate until the server tells the time; whatever the server says takes its place. */
  assume(serverMs: number): void {
    const at = this.source.monotonic();
    this.sample = { offset: serverMs - at, doubt: Infinity, at };
  }

  /** The server's time now, in ms since 1970; before the first answer, the device's own. */
  now(): number {
    return this.sample === null ? Date.now() : this.source.monotonic() + this.sample.offset;
  }

  /** Milliseconds until a moment; negative once it has passed. */
  until(moment: string): number {
    return Date.parse(moment) - this.now();
  }
}

export const serverClock = new ServerClock();
