/** The preview of rules: its call in the server's own shapes, and how many sittings may be asked for. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';

/** Names in an award are the first twenty, its counts are of all. */
export type Preview = components['schemas']['PreviewOutput'];
export type SampleRound = Preview['rounds'][number];

/** The last is the most that the server plays. */
export const COUNTS = [20, 60, 200, 1000] as const;
const SEEDS = 2 ** 31;

/** What the address asks for; null where no sample is to be seen. */
export function readSample(search: URLSearchParams): { count: number; seed: number } | null {
  const count = Number(search.get('mau'));
  const seed = Number(search.get('hat') ?? 1);
  if (!COUNTS.some((one) => one === count)) return null;
  return { count, seed: Number.isInteger(seed) && seed >= 0 && seed < SEEDS ? seed : 1 };
}

/** The seed of another sample. */
export const nextSeed = (seed: number): number => (seed + 1) % SEEDS;

/** Whether points tell more than right answers: where each right answer gives full points they do not. */
export const hasPartPoints = (preview: Preview, pointsPerItem: number): boolean =>
  preview.rounds.some((round) => round.placings.some((one) => one.points !== one.correct_count * pointsPerItem));

export const playSample = (key: string, count: number, seed: number, signal?: AbortSignal): Promise<Preview> =>
  api.get<Preview>(`/api/staff/contests/${encodeURIComponent(key)}/preview${query({ count, seed })}`, { signal });
