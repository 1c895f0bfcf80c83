/** The flags that the page looks at, page by page. Another kind keeps the old lines until the new ones are there. */
import { explain } from '$shared/api/errors';
import { toasts } from '$shared/ui/toasts.svelte';
import { type Flag, type FlagPage, readFlags } from './calls';
import type { View } from './view';

/** Call while a component is being set up. */
export function flagList(wanted: () => View) {
  let flags = $state.raw<Flag[]>([]);
  let page = $state.raw<FlagPage | null>(null);
  let error = $state.raw<unknown>(null);
  let isLoading = $state(true);
  let running: AbortController | null = null;
  let shown: string | null = null;

  async function load({ round, kind }: View, after: number | null): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    // Never one round's flags under the name of another.
    if (round !== shown) [flags, page, shown] = [[], null, round];
    if (round === null) return;
    // Devices are listed apart; the counts of the flags are shown beside them.
    const asked = kind === 'device' ? null : kind;
    isLoading = true;
    error = null;
    try {
      const answer = await readFlags(round, asked, after, mine.signal);
      if (mine.signal.aborted) return;
      flags = after === null ? answer.flags : [...flags, ...answer.flags];
      page = answer;
    } catch (caught) {
      if (mine.signal.aborted) return;
      if (after === null) [page, error] = [null, caught];
      else toasts.show(explain(caught), 'bad');
    }
    isLoading = false;
  }

  const again = (): Promise<void> => load(wanted(), null);
  $effect(() => {
    void again();
    return () => running?.abort();
  });

  return {
    get flags() {
      return flags;
    },
    get page() {
      return page;
    },
    get error() {
      return error;
    },
    get isLoading() {
      return isLoading;
    },
    again,
    // Not while another kind is on its way: its lines would follow those of this one.
    more: () => (page?.next && !isLoading ? load(wanted(), page.next) : undefined),
  };
}
