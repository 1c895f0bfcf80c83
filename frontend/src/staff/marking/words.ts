/** The dictionary of the marking desk. */
import { dictionary } from '$shared/i18n/language.svelte';
import vi from './words.vi';

export const t = dictionary(vi, () => import('./words.en'));
