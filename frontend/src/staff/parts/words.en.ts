/** Words of the parts that several staff pages use, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type vi from './words.vi';

const words: Translation<typeof vi> = {
  'act.before': 'When you confirm',
  'act.reason': 'Reason',
  'act.reason_missing': 'Give a reason; it is written into the audit.',
};
export default words;
