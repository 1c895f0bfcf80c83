/** Units with the units below them, fetched when they are opened and kept fresh while they are open. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { explain } from '$shared/api/errors';
import type { Facet, ParticipationRow } from '$shared/api/types';
import { toasts } from '$shared/ui/toasts.svelte';
import { type Scope, staff } from '../api';

export interface TreeLine {
  row: ParticipationRow;
  depth: number;
  isOpen: boolean;
  isLoading: boolean;
}

/** Lines in the order in which they are shown. Pure. */
export function flatten(
  roots: readonly ParticipationRow[],
  children: ReadonlyMap<string, readonly ParticipationRow[]>,
  open: ReadonlySet<string>,
  arrange: (rows: readonly ParticipationRow[]) => readonly ParticipationRow[],
  depth = 0,
): TreeLine[] {
  return arrange(roots).flatMap((row) => {
    const isOpen = open.has(row.unit.id);
    const below = isOpen ? children.get(row.unit.id) : undefined;
    const line: TreeLine = { row, depth, isOpen, isLoading: isOpen && !below };
    return [line, ...(below ? flatten(below, children, open, arrange, depth + 1) : [])];
  });
}

export class Tree {
  readonly children = new SvelteMap<string, ParticipationRow[]>();
  readonly open = new SvelteSet<string>();

  constructor(private readonly where: () => { scope: Scope; facet: Facet } | null) {}

  private async load(parent: string): Promise<void> {
    const place = this.where();
    if (!place) return;
    const answer = await staff.participation(place.scope, place.facet, parent);
    const now = this.where();
    // The reader may have gone on to another round or facet meanwhile.
    if (now && now.facet === place.facet && now.scope.round === place.scope.round && now.scope.contest === place.scope.contest) {
      this.children.set(parent, answer.results);
    }
  }

  async toggle(row: ParticipationRow): Promise<void> {
    const id = row.unit.id;
    if (this.open.delete(id)) return;
    this.open.add(id);
    try {
      await this.load(id);
    } catch (error) {
      this.open.delete(id);
      toasts.show(explain(error), 'bad');
    }
  }

  /** Fetch the open branches again; a branch that fails keeps what it shows. */
  async refresh(): Promise<void> {
    await Promise.allSettled([...this.open].map((id) => this.load(id)));
  }

  clear(): void {
    this.children.clear();
    this.open.clear();
  }
}
