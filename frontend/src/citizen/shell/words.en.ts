/** The frame around every page, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type { Words } from './words.vi';

const words: Translation<Words> = {
  'shell.home': 'Home',
  'shell.profile': 'Profile',
  'shell.sign_up': 'Sign up',
  'shell.footer': 'An open platform for contests on resolutions.',
  'shell.not_found': 'There is no such page',
  'shell.not_found_text': 'The link may be old or incomplete. Open contests are on the home page.',
  'shell.to_home': 'Go to the home page',
  'shell.page_failed': 'This page could not be loaded yet.',
  'text.size': 'Text size',
  'text.normal': 'Normal text',
  'text.large': 'Large text',
  'text.larger': 'Very large text',
};
export default words;
