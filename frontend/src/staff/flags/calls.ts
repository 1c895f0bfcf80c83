/** The flags of a round, in the server's own shapes. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';
import type { Uuid } from '$shared/api/types';

export type Flag = components['schemas']['FlagOutput'];
export type FlagKind = Flag['kind'];
export type FlagPage = components['schemas']['FlagListOutput'];

export const readFlags = (round: Uuid, kind: FlagKind | null, after: number | null, signal?: AbortSignal): Promise<FlagPage> =>
  api.get<FlagPage>(`/api/staff/rounds/${encodeURIComponent(round)}/flags${query({ kind, after })}`, { signal });
