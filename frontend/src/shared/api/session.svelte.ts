/** Who is signed in. `me` is undefined until known, null for a visitor. */
import { serverClock } from '../live/clock';
import { api } from './client';
import { ApiError } from './errors';
import type { Me, MePatch } from './types';

const AUTH = '/_allauth/browser/v1/auth';
let me = $state.raw<Me | null | undefined>(undefined);
let asked: Promise<Me | null> | null = null;
/** Whom the server last named on this device: known without a network, by every page of this browser. */
const PERSON = 'hoithi.person';
const watchers: Array<(person: string | null) => void> = [];

function note(person: string | null): void {
  if (person === session.person) return;
  try {
    if (person === null) localStorage.removeItem(PERSON);
    else localStorage.setItem(PERSON, person);
  } catch {
    // A browser that keeps nothing also keeps nobody's paper.
  }
  for (const watcher of watchers) watcher(person);
}

export interface SignUp {
  email: string;
  password: string;
  display_name: string;
  consent: true;
  consent_version: string;
}

async function fetchMe(): Promise<Me | null> {
  try {
    me = await api.get<Me>('/api/me');
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    me = null;
  }
  note(me?.uuid ?? null);
  return me;
}

export const session = {
  get me(): Me | null | undefined {
    return me;
  },
  get person(): string | null {
    try {
      return localStorage.getItem(PERSON);
    } catch {
      return null;
    }
  },
  /** Be told when another person, or nobody, uses this device from now on. */
  onPerson(watcher: (person: string | null) => void): void {
    watchers.push(watcher);
  },
  hasRole(...roles: Me['roles']): boolean {
    return me?.roles.some((role) => roles.includes(role)) ?? false;
  },
  /** Ask the server once; later calls get the same answer. */
  ready(): Promise<Me | null> {
    asked ??= fetchMe().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  },
  refresh(): Promise<Me | null> {
    asked = null;
    return session.ready();
  },
  /** Notice when another page of this browser signs somebody else in, or out: `me` is then asked for anew. */
  follow(): void {
    addEventListener('storage', ({ key, newValue }) => {
      if (key === PERSON && newValue !== (me?.uuid ?? null)) void session.refresh().catch(() => undefined);
    });
  },
  /** Another page of this browser, or the server, ended the session. */
  forget(): void {
    me = null;
    asked = Promise.resolve(null);
    note(null);
  },
  async signIn(email: string, password: string): Promise<Me | null> {
    // Between the sign-in and the server's word on who it is, it is nobody known.
    note(null);
    await api.post(`${AUTH}/login`, { email, password });
    return session.refresh();
  },
  async signUp(body: SignUp): Promise<Me | null> {
    note(null);
    await api.post(`${AUTH}/signup`, body);
    return session.refresh();
  },
  async signOut(): Promise<void> {
    // allauth answers a successful sign-out with 401: nobody is signed in any more.
    await api.delete(`${AUTH}/session`).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    });
    session.forget();
  },
  async update(patch: MePatch): Promise<Me> {
    const updated = await api.patch<Me>('/api/me', patch);
    me = updated;
    asked = Promise.resolve(updated);
    return updated;
  },
  /** Take the consent back, with the password once more. What the server confirmed stands here at once: asking again may fail. */
  async withdraw(password: string): Promise<void> {
    await api.post(`${AUTH}/reauthenticate`, { password });
    await api.delete('/api/me/consent');
    if (!me) return;
    const at = new Date(serverClock.now()).toISOString();
    me = { ...me, consents: me.consents.map((one) => ({ ...one, withdrawn_at: one.withdrawn_at ?? at })) };
    asked = Promise.resolve(me);
  },
};
