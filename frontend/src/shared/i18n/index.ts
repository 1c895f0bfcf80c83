/** Words shared by both entries: `w('common.retry')`. Each entry adds a dictionary of its own. */
import { dictionary } from './language.svelte';
import vi, { type Words } from './words.vi';

export const w = dictionary(vi, () => import('./words.en'));

/** The text for a stable error code, or null where none is written. */
export function errorText(code: string): string | null {
  const key = `error.${code}`;
  return key in vi ? w(key as 'error.unknown' & keyof Words) : null;
}
export { language } from './language.svelte';
