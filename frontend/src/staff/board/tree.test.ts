import { describe, expect, it } from 'vitest';
import type { ParticipationRow } from '$shared/api/types';
import { flatten } from './tree.svelte';

const row = (id: string): ParticipationRow => ({
  unit: { id, facet: 'party', code: id, name: id, type: 'committee', parent_name: null, tile: null, area_km2: null, has_children: true },
  people: 1,
  entries: 1,
  all_correct: 0,
  headcount: null,
  share: null,
  suppressed: false,
});

describe('flatten', () => {
  it('puts open branches under their parent and marks those on their way', () => {
    const children = new Map([['a', [row('a1'), row('a2')]]]);

    const lines = flatten([row('a'), row('b')], children, new Set(['a', 'b', 'gone']), (rows) => rows);

    expect(lines.map((line) => [line.row.unit.id, line.depth, line.isOpen, line.isLoading])).toEqual([
      ['a', 0, true, false],
      ['a1', 1, false, false],
      ['a2', 1, false, false],
      ['b', 0, true, true],
    ]);
  });
});
