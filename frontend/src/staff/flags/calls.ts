/** The flags of a round and the devices with many accounts, in the server's own shapes. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';
import type { Uuid } from '$shared/api/types';

export type Flag = components['schemas']['FlagOutput'];
export type FlagKind = Flag['kind'];
export type SharedDevices = components['schemas']['SharedDevicesOutput'];
export type SharedDevice = SharedDevices['devices'][number];
export type FlagPage = components['schemas']['FlagListOutput'];

export const readFlags = (round: Uuid, kind: FlagKind | null, after: number | null, signal?: AbortSignal): Promise<FlagPage> =>
  api.get<FlagPage>(`/api/staff/rounds/${encodeURIComponent(round)}/flags${query({ kind, after })}`, { signal });

export const readDevices = (round: Uuid, signal?: AbortSignal): Promise<SharedDevices> =>
  api.get<SharedDevices>(`/api/staff/rounds/${encodeURIComponent(round)}/devices`, { signal });
