/** Hours of a trend: no gaps, round axes. Pure. */
import type { Moment } from '$shared/api/types';

export interface Hour {
  hour: Moment;
  entries: number;
  people: number;
}
const HOUR_MS = 3_600_000;
/** A round may last ten days; more than this is not read hour by hour. */
const LIMIT = 24 * 35;

/** Every hour from the first to the last one given; an hour in which nothing came is zero. */
export function fillHours(hours: readonly Hour[]): Hour[] {
  const byTime = new Map(hours.map((hour) => [Date.parse(hour.hour), hour]));
  const times = [...byTime.keys()].sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = Math.max(first, last - (LIMIT - 1) * HOUR_MS);
  const all: Hour[] = [];
  for (let at = start; at <= last; at += HOUR_MS) {
    all.push(byTime.get(at) ?? { hour: new Date(at).toISOString(), entries: 0, people: 0 });
  }
  return all;
}

const ZONE_MS = 7 * HOUR_MS;

/** Whole days of Hanoi, for a span in which single hours are noise. People count at their first entry, so days add up. */
export function foldDays(hours: readonly Hour[]): Hour[] {
  const days = new Map<number, Hour>();
  for (const { hour, entries, people } of hours) {
    const at = Math.floor((Date.parse(hour) + ZONE_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS - ZONE_MS;
    const day = days.get(at) ?? { hour: new Date(at).toISOString(), entries: 0, people: 0 };
    days.set(at, { ...day, entries: day.entries + entries, people: day.people + people });
  }
  return [...days.entries()].sort(([a], [b]) => a - b).map(([, day]) => day);
}

/** The smallest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below the value. */
export function niceTop(value: number): number {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= value) ?? value;
}
