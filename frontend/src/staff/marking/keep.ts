/** Marks that have not reached the server, kept on this device by who typed them: markers share computers. */
import type { Uuid } from '$shared/api/types';

const ALL = 'hoithi.staff.mark.';
const nameOf = (person: Uuid, sheet: Uuid): string => `${ALL}${person}.${sheet}`;

export interface Typed {
  text: string;
  remark: string;
}
interface Kept extends Typed {
  /** What the server had stored of this person when it was typed. */
  stored: number | null;
}

// A full or forbidden storage must not stop the marking, and without knowing who marks nothing is kept.
export const keep = {
  /** What the person typed over the mark that is stored now; what was typed over an earlier one is dropped. */
  read(person: Uuid | null, sheet: Uuid, stored: number | null): Typed | null {
    if (person === null) return null;
    try {
      const kept = JSON.parse(localStorage.getItem(nameOf(person, sheet)) ?? 'null') as Kept | null;
      if (!kept) return null;
      if (kept.stored === stored) return { text: kept.text, remark: kept.remark };
      keep.drop(person, sheet);
      return null;
    } catch {
      return null;
    }
  },
  write(person: Uuid | null, sheet: Uuid, kept: Kept): void {
    if (person === null) return;
    try {
      localStorage.setItem(nameOf(person, sheet), JSON.stringify(kept));
    } catch {
      return;
    }
  },
  drop(person: Uuid | null, sheet: Uuid): void {
    if (person === null) return;
    try {
      localStorage.removeItem(nameOf(person, sheet));
    } catch {
      return;
    }
  },
  /** Leave none behind on this device, whoever typed them. */
  clear(): void {
    try {
      const names = Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i) ?? '');
      for (const name of names) if (name.startsWith(ALL)) localStorage.removeItem(name);
    } catch {
      return;
    }
  },
};
