/**
 * What staff have typed and the server has not got, kept on this device by who typed it: offices share computers.
 * Nobody else is given it; signing out, from whichever entry, leaves none behind. After a session that merely ran out
 * it waits for the same person. A full or forbidden storage stops nobody from working, and for nobody known nothing is kept.
 */
import { session } from './api/session.svelte';

type Kind = 'draft' | 'incident' | 'mark';
const ALL = /^hoithi\.staff\.(draft|incident|mark)\./;
const nameOf = (kind: Kind, person: string, id: string): string => `hoithi.staff.${kind}.${person}.${id}`;

/** Return what `use` does with the name, or null where nothing can be kept. */
function named<T>(kind: Kind, id: string, use: (name: string) => T): T | null {
  const { me, person } = session;
  // In another tab somebody else may have signed in meanwhile: what is written here is still not theirs.
  if (person === null || (me && me.uuid !== person)) return null;
  try {
    return use(nameOf(kind, person, id));
  } catch {
    return null;
  }
}

function names(): string[] {
  try {
    return Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? '').filter((name) => ALL.test(name));
  } catch {
    return [];
  }
}
const isOf = (name: string, person: string | null): boolean => person !== null && name.replace(ALL, '').startsWith(`${person}.`);

export const unsent = {
  /** What the person signed in has kept under this name; null where nothing is, or nothing that can be read. */
  read<T>(kind: Kind, id: string): Partial<T> | null {
    return named(kind, id, (name) => JSON.parse(localStorage.getItem(name) ?? 'null') as Partial<T> | null);
  },
  /** Keep it; false where the device does not. */
  write(kind: Kind, id: string, value: object): boolean {
    return named(kind, id, (name) => {
      localStorage.setItem(name, JSON.stringify(value));
      return true;
    }) ?? false;
  },
  drop(kind: Kind, id: string): void {
    named(kind, id, (name) => localStorage.removeItem(name));
  },
  /** How many things the person signed in would lose by signing out. */
  count(): number {
    return names().filter((name) => isOf(name, session.person)).length;
  },
  /** Delete what others have typed, and everything where nobody is named. */
  keepOnly(person: string | null): void {
    for (const name of names()) if (!isOf(name, person)) localStorage.removeItem(name);
  },
};
