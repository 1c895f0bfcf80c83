import { describe, expect, it } from 'vitest';
import { boxOf, neighbour, placeOf } from './tiles';

const at = (col: number, row: number) => ({ col, row });

describe('boxOf and placeOf', () => {
  it('shifts odd rows by half a tile', () => {
    const tiles = [at(2, 4), at(2, 5), at(3, 5)];
    const box = boxOf(tiles);

    expect(box).toEqual({ firstCol: 4, firstRow: 4, halves: 5, rows: 2 });
    expect(tiles.map((tile) => placeOf(tile, box))).toEqual([
      { column: 1, row: 1 },
      { column: 2, row: 2 },
      { column: 4, row: 2 },
    ]);
  });

  it('copes with no tiles', () => {
    expect(boxOf([])).toEqual({ firstCol: 0, firstRow: 0, halves: 0, rows: 0 });
  });
});

describe('neighbour', () => {
  const tiles = [at(0, 0), at(2, 0), at(1, 1), at(0, 2), at(2, 2)];

  it('jumps over gaps sideways and stops at the edge', () => {
    expect(neighbour(at(0, 0), 'right', tiles)).toEqual(at(2, 0));
    expect(neighbour(at(0, 0), 'left', tiles)).toBeNull();
  });

  it('takes the straightest tile of the next row', () => {
    expect(neighbour(at(2, 0), 'down', tiles)).toEqual(at(1, 1));
    expect(neighbour(at(1, 1), 'down', tiles)).toEqual(at(2, 2));
    expect(neighbour(at(2, 2), 'down', tiles)).toBeNull();
  });
});
