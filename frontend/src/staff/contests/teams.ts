/** Who is kept out of a contest as a member of a team, in the server's own shapes. */
import { api } from '$shared/api/client';
import type { components } from '$shared/api/schema';

export type Teams = components['schemas']['TeamsOutput'];
export type TeamMember = components['schemas']['TeamMemberOutput'];
type Wanted = components['schemas']['TeamMemberInputRequest'];

const list = (key: string): string => `/api/staff/contests/${encodeURIComponent(key)}/teams`;

export const teams = {
  read: (key: string, signal?: AbortSignal): Promise<Teams> => api.get<Teams>(list(key), { signal }),
  putDown: (key: string, wanted: Wanted): Promise<TeamMember> => api.post<TeamMember>(list(key), wanted),
  takeOff: (key: string, uuid: string): Promise<unknown> => api.delete(`${list(key)}/${encodeURIComponent(uuid)}`),
};
