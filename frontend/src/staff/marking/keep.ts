/** Marks that have not reached the server, kept on this device. */
import type { Uuid } from '$shared/api/types';
import { unsent } from '$shared/unsent';

export interface Typed {
  text: string;
  remark: string;
}
interface Kept extends Typed {
  /** What the server had stored of this person when it was typed. */
  stored: number | null;
}

export const keep = {
  /** What the person signed in typed over the mark that is stored now; what was typed over an earlier one is dropped. */
  read(sheet: Uuid, stored: number | null): Typed | null {
    const kept = unsent.read<Kept>('mark', sheet);
    if (!kept) return null;
    if (kept.stored === stored) return { text: kept.text ?? '', remark: kept.remark ?? '' };
    keep.drop(sheet);
    return null;
  },
  write(sheet: Uuid, kept: Kept): void {
    unsent.write('mark', sheet, kept);
  },
  drop(sheet: Uuid): void {
    unsent.drop('mark', sheet);
  },
};
