/** The tile map's geometry: rows of equal tiles, the odd rows shifted half a tile to the right. Pure. */

export interface Tile {
  col: number;
  row: number;
}
export type Direction = 'left' | 'right' | 'up' | 'down';
export interface Box {
  firstCol: number;
  firstRow: number;
  /** Counted in half tiles. */
  halves: number;
  rows: number;
}

/** Where a tile's left edge stands, in half tiles. */
const left = (tile: Tile): number => tile.col * 2 + (Math.abs(tile.row) % 2);

/** The smallest box around all tiles. */
export function boxOf(tiles: readonly Tile[]): Box {
  if (tiles.length === 0) return { firstCol: 0, firstRow: 0, halves: 0, rows: 0 };
  const lefts = tiles.map(left);
  const rows = tiles.map((tile) => tile.row);
  const first = Math.min(...lefts);
  const firstRow = Math.min(...rows);
  return { firstCol: first, firstRow, halves: Math.max(...lefts) + 2 - first, rows: Math.max(...rows) + 1 - firstRow };
}

/** The CSS grid lines of a tile: `column` spans two half tiles. */
export function placeOf(tile: Tile, box: Box): { column: number; row: number } {
  return { column: left(tile) - box.firstCol + 1, row: tile.row - box.firstRow + 1 };
}

/** The nearest tile in a direction, for the arrow keys; null at the edge. */
export function neighbour<T extends Tile>(from: T, direction: Direction, tiles: readonly T[]): T | null {
  const isSideways = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let best: T | null = null;
  let bestCost = Infinity;
  for (const tile of tiles) {
    const across = left(tile) - left(from);
    const down = tile.row - from.row;
    if (isSideways ? down !== 0 || across * sign <= 0 : down * sign <= 0) continue;
    // Up and down prefer the next row; within it the straightest way.
    const cost = isSideways ? Math.abs(across) : Math.abs(down) * 100 + Math.abs(across);
    if (cost < bestCost) [best, bestCost] = [tile, cost];
  }
  return best;
}
