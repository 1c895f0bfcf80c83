/** What of a profile may still change. A fact that was never stated may be stated after the first attempt, once. */
import type { Me } from '$shared/api/types';

export interface Locks {
  name: boolean;
  bornOn: boolean;
  units: boolean;
}
type Told = Pick<Me, 'locked' | 'display_name' | 'born_on_locked'>;

/** Every consent was taken back: the server stores nothing more. Staff never gave one, and may go on. */
export function hasWithdrawn(me: Pick<Me, 'consents'>): boolean {
  return me.consents.length > 0 && me.consents.every((one) => one.withdrawn_at !== null);
}

/** What stands for good. */
export function locksOf(me: Told): Locks {
  return { name: me.locked && me.display_name !== '', bornOn: me.born_on_locked, units: me.locked };
}

/** What saving would lock: the profile is locked, but this was never stated. */
export function locksOnSaving(me: Told): Omit<Locks, 'units'> {
  const { name, bornOn } = locksOf(me);
  return { name: me.locked && !name, bornOn: me.locked && !bornOn };
}
