/** The organizers' calls about boards, in the server's own shapes. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';
import type { Standings, Uuid } from '$shared/api/types';

export type Board = components['schemas']['BoardOutput'];
export type Awards = components['schemas']['AwardsOutput'];
export type PersonAward = Awards['persons'][number];
export type UnitAward = Awards['units'][number];
export type Step = 'freeze' | 'unfreeze' | 'propose' | 'withdraw' | 'confirm';
interface Boards {
  results: Board[];
}

// A frozen board of a million lines is copied, or its ties are counted, before the answer comes.
const COPY_MS = 60_000;
const SHOWN = 5;
const base = (key: string): string => `/api/staff/contests/${encodeURIComponent(key)}/boards`;

export const boards = {
  list: (key: string, signal?: AbortSignal) => api.get<Boards>(base(key), { signal }),
  step: (key: string, round: Uuid, step: Step, reason: string) =>
    api.post<Boards>(`${base(key)}/${encodeURIComponent(round)}/${step}`, { reason }, { timeoutMs: COPY_MS }),
  awards: (key: string, round: Uuid, signal?: AbortSignal) =>
    api.get<Awards>(`${base(key)}/${encodeURIComponent(round)}/awards`, { signal, timeoutMs: COPY_MS }),
  top: (round: Uuid, live: boolean, signal?: AbortSignal) =>
    api.get<Standings>(`/api/rounds/${encodeURIComponent(round)}/standings${query({ limit: SHOWN, live: live || null })}`, { signal }),
};
