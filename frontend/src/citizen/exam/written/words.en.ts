/** Questions that want words, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type { Words } from './words.vi';

const words: Translation<Words> = {
  'written.short_text': 'Fill in the answer',
  'written.essay': 'Write your answer',
  'written.unsaved': 'Not saved',
  'written.unsaved_count': (n) => `${n} unsaved`,
  'written.too_long': (numbers) => `Question ${numbers}: too long. What was written after the last save will not count.`,
  'written.saved': 'Saved',
  'written.count': (n, of) => `${n} / ${of}`,
  'written.limit': (of) => `At most ${of} characters.`,
  'written.over': (n) => `${n} characters too many: what you wrote last is not saved. Shorten it and it will be.`,
  'written.over_spoken': 'Too long: what you wrote last is not saved. Shorten it and it will be.',
  'written.aside': 'The server holds an answer from elsewhere; it stands in the field below. This text was written on this device and is not saved:',
  'written.aside_mine': 'Written on this device',
  'written.aside_keep': 'Use this text instead',
  'written.aside_drop': 'Let it go',
  'written.aside_at': (n) => `Question ${n}: a text written on this device is not saved.`,
  'written.keys': 'Esc leaves the field, so that the shortcuts work.',
  'written.aside_open': (n) => `Open question ${n}`,
};
export default words;
