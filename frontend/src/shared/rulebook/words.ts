/** Words around the fingerprint of the rules. */
import { dictionary } from '../i18n/language.svelte';
import vi from './words.vi';

export const t = dictionary(vi, () => import('./words.en'));
