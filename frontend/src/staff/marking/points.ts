/** Marks as people write them, in quarters, and as the server counts them. Pure. */
import { POINTS_PER_ITEM } from '$shared/i18n/format';

/** "7,25" or "7.25" in the server's units; null where it is no number of steps from 0 to the most. */
export function unitsOf(text: string, rule: { most: number; step: number }): number | null {
  const plain = text.trim().replace(',', '.');
  if (!/^\d{1,3}(\.\d{0,2})?$/.test(plain)) return null;
  const units = Math.round(Number(plain) * POINTS_PER_ITEM);
  return units <= rule.most && units % rule.step === 0 ? units : null;
}

/** What stands in the field: with the comma of Vietnamese numbers or the point of English ones. */
export function textOf(units: number, decimal: ',' | '.'): string {
  return String(units / POINTS_PER_ITEM).replace('.', decimal);
}

/** One step up or down, never beyond the ends; from an empty or wrong field, from nothing. */
export function stepped(units: number | null, by: 1 | -1, rule: { most: number; step: number }): number {
  return Math.min(rule.most, Math.max(0, (units ?? 0) + by * rule.step));
}

/** At most eleven whole points from 0 to the most, evenly apart. */
export function quickOf(most: number): number[] {
  const points = most / POINTS_PER_ITEM;
  const apart = Math.ceil(points / 10);
  const found = Array.from({ length: Math.floor(points / apart) + 1 }, (_, i) => i * apart);
  if (found.at(-1) !== points) found.push(points);
  return found.map((one) => one * POINTS_PER_ITEM);
}
