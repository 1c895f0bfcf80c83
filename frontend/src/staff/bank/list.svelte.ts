/** A list fetched page by page with a cursor; a change of filters starts it anew and keeps the old lines until then. */
import { pause } from '$shared/api/client';
import { type QuestionLine, type QuestionList, staff } from '../api';
import type { Filters } from './filters';

const PAGE_SIZE = 30;
const TYPING_MS = 200;

/** Call while a component is being set up. */
export function questionList(filters: () => Filters) {
  let lines = $state.raw<QuestionLine[]>([]);
  let page = $state.raw<QuestionList | null>(null);
  let error = $state.raw<unknown>(null);
  let isLoading = $state(true);
  let running: AbortController | null = null;
  let lastText = '';

  async function load(wanted: Filters, after: string | null): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    isLoading = true;
    const isTyping = after === null && wanted.q !== lastText;
    lastText = wanted.q;
    if (isTyping) await pause(TYPING_MS);
    if (mine.signal.aborted) return;
    try {
      const answer = await staff.questions({ ...wanted, after, limit: PAGE_SIZE }, mine.signal);
      if (mine.signal.aborted) return;
      lines = after ? [...lines, ...answer.results] : answer.results;
      page = answer;
      error = null;
    } catch (caught) {
      if (mine.signal.aborted) return;
      error = caught;
    }
    isLoading = false;
  }

  $effect(() => {
    void load({ ...filters() }, null);
    return () => running?.abort();
  });

  return {
    get lines() {
      return lines;
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
    more: () => (page?.next ? load(filters(), page.next) : undefined),
    reload: () => load(filters(), null),
  };
}
