/** Words of the audit, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type vi from './words.vi';

const words: Translation<typeof vi> = {
  'audit.title': 'Audit',
  'audit.lead': 'Who did what to results and boards, when and why. No line can be changed or deleted.',
  'audit.back': 'The contest',
  'audit.empty': 'Nothing was done yet',
  'audit.empty_text': 'Every corrected key, voided result, freeze and publication is written down here.',
  'audit.more': 'Show what was before',
  'audit.system': 'The system',
  'audit.round': (n) => `Round ${n}`,
  'kind.regrade': 'Keys',
  'kind.voiding': 'Voiding',
  'kind.board': 'Standings',
  'regrade.create': 'Made a set of corrected keys',
  'regrade.compute': 'Had it scored aside',
  'regrade.finish': 'Scored aside',
  'regrade.approve': 'Approved the corrected keys',
  'regrade.apply': 'Put the new keys in force',
  'regrade.cancel': 'Gave the corrected keys up',
  'voiding.propose': 'Asked to void a result',
  'voiding.approve': 'Approved the voiding',
  'voiding.withdraw': 'Withdrew the request',
  'voiding.ask_back': 'Asked to reinstate',
  'voiding.reinstate': 'Approved the reinstatement',
  'voiding.keep': 'Let the voiding stand',
  'board.freeze': 'Froze the board',
  'board.unfreeze': 'Opened the board again',
  'board.propose': 'Asked for the final publication',
  'board.withdraw': 'Withdrew the publication',
  'board.publish': 'Published as final',
  'board.correct': 'Published a corrected edition',
};
export default words;
