/** The audit of a contest. */
import { api, query } from '$shared/api/client';
import type { components } from '$shared/api/schema';

export type AuditStep = components['schemas']['AuditStepOutput'];
type Page = components['schemas']['AuditOutput'];

export const readAudit = (key: string, after: string | null, signal?: AbortSignal): Promise<Page> =>
  api.get<Page>(`/api/staff/contests/${encodeURIComponent(key)}/audit${query({ after })}`, { signal });
