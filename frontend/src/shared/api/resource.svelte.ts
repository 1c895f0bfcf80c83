/** One fetched thing and the state it is in: first load, shown, being refreshed, failed. */

export interface Resource<T> {
  /** The last good answer; kept while a refresh runs or fails. */
  readonly data: T | null;
  readonly error: unknown;
  readonly loading: boolean;
  reload(): Promise<void>;
  /** Put a newer answer in place, e.g. what a tick brought. */
  set(data: T): void;
}

/** Fetch now and again whenever something that `load` reads has changed. Call it while a component is being set up. */
export function resource<T>(load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  let data = $state.raw<T | null>(null);
  let error = $state.raw<unknown>(null);
  let loading = $state(true);
  let running: AbortController | null = null;

  async function run(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    loading = true;
    try {
      const answer = await load(mine.signal);
      if (mine.signal.aborted) return;
      data = answer;
      error = null;
    } catch (caught) {
      if (mine.signal.aborted) return;
      error = caught;
    }
    loading = false;
  }

  $effect(() => {
    void run();
    return () => running?.abort();
  });

  return {
    get data() {
      return data;
    },
    get error() {
      return error;
    },
    get loading() {
      return loading;
    },
    reload: run,
    set(next) {
      data = next;
      error = null;
    },
  };
}
