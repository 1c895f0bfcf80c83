/** Words around the fingerprint of the rules, in English. */
import type { Translation } from '../i18n/language.svelte';
import type { Words } from './words.vi';

const words: Translation<Words> = {
  'proof.open': 'Check this hash yourself',
  'proof.text': 'The hash is SHA-256 of exactly the file below, not a character more or less. Download it, compute the hash with any tool, and compare:',
  'proof.windows': 'on Windows:',
  'proof.same': 'This device has just computed it: it equals the hash above.',
  'proof.other': 'This device has just computed it: it DIFFERS from the hash above. Please tell the organizers.',
  'proof.unable': 'This browser cannot compute the hash. Download the file to do so.',
  'proof.download': 'Download the rules (JSON)',
  'proof.file': 'The file of the rules',
};
export default words;
