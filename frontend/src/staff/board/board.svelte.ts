/** What the board sees: contest and scope from the address, the counts, and their renewal. */
import { resource } from '$shared/api/resource.svelte';
import type { Contest, Facet, Participation } from '$shared/api/types';
import { type Scope, staff } from '../api';
import { follow } from '../live.svelte';
import { router } from '../router';
import { Tree } from './tree.svelte';
import { readView } from './view';

/** The round that people ask about: the open one, else the last one closed, else the whole contest. */
export function defaultRound(contest: Contest): string {
  const open = contest.rounds.find((round) => round.state === 'open');
  return (open ?? contest.rounds.filter((round) => round.state === 'closed').at(-1))?.uuid ?? '';
}

/** Call while the page is being set up. */
export function board() {
  const view = $derived(readView(router.search));
  const contests = resource((signal) => staff.contests(signal));
  const contest = $derived.by((): Contest | null => {
    const all = contests.data?.results ?? [];
    return all.find((one) => one.key === view.contest) ?? all.find((one) => one.state === 'open') ?? all[0] ?? null;
  });
  const round = $derived.by((): string => {
    if (!contest) return '';
    const known = view.round === '' || contest.rounds.some((one) => one.uuid === view.round);
    return view.round !== null && known ? view.round : defaultRound(contest);
  });
  const contestKey = $derived(contest?.key ?? '');
  const facet = $derived(view.facet);
  const place = $derived.by((): { scope: Scope; facet: Facet } | null =>
    contestKey ? { scope: { contest: contestKey, round: round || null }, facet } : null,
  );
  const placeName = $derived(`${contestKey} ${round} ${facet}`);

  const counts = resource(async (signal): Promise<{ name: string; body: Participation } | null> => {
    const [name, wanted] = [placeName, place];
    return wanted ? { name, body: await staff.participation(wanted.scope, wanted.facet, null, signal) } : null;
  });
  /** Never the numbers of another scope or facet under this one's name. */
  const data = $derived(counts.data?.name === placeName ? counts.data.body : null);
  const tree = new Tree(() => place);
  $effect(() => {
    if (placeName) tree.clear();
  });

  const topics = $derived.by((): string[] => {
    if (!contest) return [];
    const wanted = round ? contest.rounds.filter((one) => one.uuid === round) : contest.rounds;
    return wanted.filter((one) => one.state === 'open').map((one) => `round:${one.uuid}`);
  });
  const live = follow(
    () => topics,
    () => {
      void counts.reload();
      void tree.refresh();
    },
  );

  return {
    get view() {
      return view;
    },
    get contest() {
      return contest;
    },
    get round() {
      return round;
    },
    get data() {
      return data;
    },
    get isLive() {
      return live.isLive;
    },
    /** Whether the scope still changes at all. */
    get isMoving() {
      return topics.length > 0;
    },
    contests,
    counts,
    tree,
  };
}
