/** The server's time as reactive state: reading `ticker.now` re-renders once a second, while somebody reads it. */
import { createSubscriber } from 'svelte/reactivity';
import { serverClock } from './clock';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  document.addEventListener('visibilitychange', update);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', update);
  };
});

export const ticker = {
  get now(): number {
    subscribe();
    return serverClock.now();
  },
  /** Milliseconds until a moment, never negative. */
  until(moment: string): number {
    subscribe();
    return Math.max(0, serverClock.until(moment));
  },
};
