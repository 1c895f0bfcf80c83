import { dictionary } from '$shared/i18n/language.svelte';
import vi from './words.before.vi';

export const t = dictionary(vi, () => import('./words.before.en'));
