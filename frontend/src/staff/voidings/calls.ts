/** The organizers' calls about voided attempts, in the server's own shapes. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';
import type { Uuid } from '$shared/api/types';

export type Voiding = components['schemas']['VoidingOutput'];
export type FoundAttempt = components['schemas']['VoidableAttemptOutput'];
export type Found = components['schemas']['VoidingLookUpOutput'];
type Page = components['schemas']['VoidingListOutput'];
export type Act = keyof Voiding['can'];

const ADDRESSES: Record<Act, string> = { approve: 'approve', withdraw: 'withdraw', ask_back: 'ask-back', reinstate: 'reinstate', keep: 'keep' };
const base = (key: string): string => `/api/staff/contests/${encodeURIComponent(key)}/voidings`;

export const voidings = {
  list: (key: string, after: Uuid | null, signal?: AbortSignal) => api.get<Page>(`${base(key)}${query({ after })}`, { signal }),
  /** By POST: a receipt belongs into no address. */
  lookUp: (key: string, wanted: { receipt: string } | { attempt: Uuid }) => api.post<Found>(`${base(key)}/lookup`, wanted),
  propose: (key: string, attempts: Uuid[], reason: string) => api.post<Voiding>(base(key), { attempts, reason }),
  act: (key: string, uuid: Uuid, act: Act, reason: string) =>
    api.post<Voiding>(`${base(key)}/${encodeURIComponent(uuid)}/${ADDRESSES[act]}`, { reason }),
};
