import { expect, it } from 'vitest';
import { directionOf, signed, stepsOf } from './moves';

const move = (before: number | null, after: number | null) => ({ rank_before: before, rank_after: after });

it.each([
  [12, 3, 'up', 9],
  [3, 12, 'down', 9],
  [4, 4, 'same', 0],
  [null, 4, 'in', 4],
  [4, null, 'out', 4],
] as const)('from rank %s to rank %s goes %s by %i', (before, after, direction, steps) => {
  expect([directionOf(move(before, after)), stepsOf(move(before, after))]).toEqual([direction, steps]);
});

it('writes a change with its sign', () => {
  expect([[1, 13], [13, 1], [5, 5]].map(([before = 0, after = 0]) => signed({ before, after }, String))).toEqual(['+12', '−12', '±0']);
});
