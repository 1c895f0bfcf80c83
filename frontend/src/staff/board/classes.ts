/** Five named classes of one measure by quantiles. Pure. */

export type ClassNumber = 1 | 2 | 3 | 4 | 5;
export interface ValueClass {
  number: ClassNumber;
  /** The smallest and the largest value that are really in it. */
  from: number;
  to: number;
  count: number;
}

const SHADES: Record<number, readonly ClassNumber[]> = { 1: [3], 2: [2, 4], 3: [1, 3, 5], 4: [1, 2, 4, 5], 5: [1, 2, 3, 4, 5] };

/**
 * Cut positive values into at most five classes of about equal size. Zero is no class: "nobody yet" is a statement of its own.
 * Equal values never fall into two classes, so there are fewer classes where values repeat.
 */
export function classify(values: readonly number[]): ValueClass[] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const groups: number[][] = [];
  let rest = sorted;
  // Each class takes its share of what is left, so that a crowd of equal values does not swallow the classes above it.
  for (let left = 5; left > 0 && rest.length > 0; left -= 1) {
    const upper = rest[Math.ceil(rest.length / left) - 1] as number;
    const inside = rest.filter((value) => value <= upper);
    rest = rest.slice(inside.length);
    groups.push(inside);
  }
  const shades = SHADES[groups.length] ?? [];
  return groups.map((group, i) => ({
    number: shades[i] as ClassNumber,
    from: group[0] as number,
    to: group.at(-1) as number,
    count: group.length,
  }));
}

/** The class of a value; 0 for nobody, null where there is no number. */
export function classOf(value: number | null, classes: readonly ValueClass[]): ClassNumber | 0 | null {
  if (value === null) return null;
  if (value <= 0) return 0;
  return classes.find((one) => value <= one.to)?.number ?? classes.at(-1)?.number ?? null;
}
