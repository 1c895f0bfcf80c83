/** The identity number, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type vi from './words.vi';

const words: Translation<typeof vi> = {
  'id.title': 'Identity number',
  'id.asked_by': (titles) => `The rules ask for an identity number: ${titles}.`,
  'id.asked_by_none': 'No contest asks for an identity number at present.',
  'id.asked_unknown': 'The contests that ask for it could not be loaded.',
  'id.field': 'Identity number',
  'id.hint': 'The 12 digits on the identity card, with or without spaces.',
  'id.need': 'All 12 digits on the identity card are needed.',
  'id.save': 'Save the number',
  'id.saved': 'Identity number saved',
  'id.yours': 'Your number',
  'id.ends': (digits) => `ends in ${digits}`,
  'id.hidden': 'the digits cannot be read',
  'id.wait_minutes': (n) => `Too many tries. Try again in ${n} minutes.`,
  'id.wait_hours': (n) => `Too many tries. Try again in ${n} hours.`,
  'id.stated': (day) => `Stated on ${day}`,
  'id.change': 'Enter another number',
  'id.keep': 'Keep the stated number',
  'id.remove': 'Delete this number',
  'id.remove_text': 'Without it you cannot enter a contest that asks for it, until you state it again.',
  'id.removed': 'Identity number deleted',
  'id.locked': 'The number is fixed since the first attempt that needed it. If it is wrong, tell the organizers.',
  'id.back': 'Continue',
  'id.profile': 'To your profile',
  'id.why': 'Why it is asked, what it is used for',
  'id.why_one': 'So that everybody takes part with one account. A number can be stated with one account only.',
  'id.why_sealed': 'It is encrypted as it is saved; the key is not in the database.',
  'id.why_shown': 'You alone can see it, and only its last three digits. It is on no board and nowhere else.',
  'id.why_kept': 'It is deleted 12 months after the last round that needed it. Withdraw your consent on the profile page and it is deleted at once.',
  'id.visitor': 'Sign in to state your identity number.',
};
export default words;
