/** Turn ticks into fetches: at most one in a few seconds, spread so that many phones never ask at once. */
const GAP_MS = 3_000;
const SPREAD_MS = 1_200;

export interface Pull {
  ask(): void;
  stop(): void;
}

export function throttled(fetch: () => void, random: () => number = Math.random): Pull {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  return {
    ask() {
      if (timer !== undefined) return;
      const wait = Math.max(0, last + GAP_MS - performance.now()) + random() * SPREAD_MS;
      timer = setTimeout(() => {
        timer = undefined;
        last = performance.now();
        fetch();
      }, wait);
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
