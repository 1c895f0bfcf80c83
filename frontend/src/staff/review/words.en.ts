/** Words of the review queue, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type vi from './words.vi';

const words: Translation<typeof vi> = {
  'review.title': 'Review',
  'review.lead': 'Read the question beside its source. Approve it, or return it with a reason.',
  'review.progress': (at, of) => `Question ${at}/${of}`,
  'review.done': (n) => `${n} settled in this visit`,
  'review.empty': 'Nothing is waiting for review',
  'review.empty_text': 'Questions appear here when their author sends them to review.',
  'review.bank': 'To the question bank',
  'review.clause': 'Source',
  'review.no_clause': 'This question has no source.',
  'review.no_summary': 'This clause is not in the outline.',
  'review.quote': 'Quotation',
  'review.edit': 'Open in the editor',
  'review.author': (name) => `Author: ${name}`,
  'review.changed': 'Somebody else has just settled this question.',
};
export default words;
