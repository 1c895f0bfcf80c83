/** The big public board, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type { Words } from './words.vi';

const words: Translation<Words> = {
  'board.people': 'people',
  'board.entries': 'entries',
  'board.all_correct': 'all correct',
  'board.top': 'Leading',
  'board.closes': 'Closes in',
  'board.opens': 'Opens in',
  'board.closed': 'The round is closed',
  'board.frozen': (at) => `Standings frozen since ${at}`,
  'board.final': 'Final results',
  'board.provisional': 'Provisional',
  'board.cut': 'Link lost, the numbers stand still',
  'board.empty': 'Waiting for the first result',
  'board.later': (at) => `Results are published at ${at}`,
  'board.title': 'Big board',
};
export default words;
