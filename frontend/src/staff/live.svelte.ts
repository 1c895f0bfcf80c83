/** Fetch again when a topic ticks: at most once a second, spread by chance, and by the clock while the link is down. */
import { topics } from '$shared/live/topics';

const GAP_MS = 1_000;
const SPREAD_MS = 600;
const DOWN_POLL_MS = 15_000;

export interface Following {
  /** Whether news arrives by itself right now. */
  readonly isLive: boolean;
}

/** Call while a component is being set up. `names` may change; an empty list follows nothing. */
export function follow(names: () => string[], refetch: () => void): Following {
  let isLive = $state(false);
  const wanted = $derived(names().join('\n'));

  $effect(() => {
    const list = wanted ? wanted.split('\n') : [];
    let timer = 0;
    let last = 0;
    const soon = (): void => {
      if (timer) return;
      const wait = Math.max(0, last + GAP_MS - performance.now()) + Math.random() * SPREAD_MS;
      timer = window.setTimeout(() => {
        timer = 0;
        last = performance.now();
        refetch();
      }, wait);
    };
    const onLink = (isUp: boolean): void => {
      isLive = isUp;
    };
    const stops = list.map((name) => topics.subscribe(name, { onTick: soon, onReset: soon, onLink }));
    // A board without its link must not look live and stay still.
    const poll = list.length ? window.setInterval(() => !isLive && soon(), DOWN_POLL_MS) : 0;
    return () => {
      clearTimeout(timer);
      clearInterval(poll);
      for (const stop of stops) stop();
      isLive = false;
    };
  });

  return {
    get isLive() {
      return isLive;
    },
  };
}
