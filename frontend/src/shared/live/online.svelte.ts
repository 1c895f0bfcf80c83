/** Whether the browser believes it has a network. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  addEventListener('online', update);
  addEventListener('offline', update);
  return () => {
    removeEventListener('online', update);
    removeEventListener('offline', update);
  };
});

export const network = {
  get isOnline(): boolean {
    subscribe();
    return navigator.onLine;
  },
};
