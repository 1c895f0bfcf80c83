/** Words of the question bank, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type vi from './words.vi';

const words: Translation<typeof vi> = {
  'bank.title': 'Question bank',
  'bank.new': 'New question',
  'bank.search': 'Search the questions',
  'bank.search_hint': 'Accents are not needed',
  'bank.filters': 'Filters',
  'bank.filters_on': (n) => `Filters (${n})`,
  'bank.clear': 'Clear filters',
  'bank.any': 'All',
  'bank.state': 'State',
  'bank.document': 'Document',
  'bank.topic': 'Topic',
  'bank.difficulty': 'Difficulty',
  'bank.kind': 'Kind',
  'bank.stem': 'Question',
  'bank.clause': 'Source',
  'bank.updated': 'Last changed',
  'bank.owner': 'Author',
  'bank.version': (n) => `version ${n}`,
  'bank.no_clause': 'No source yet',
  'bank.no_stem': '(nothing written yet)',
  'bank.count': (shown, total) => `Showing ${shown} of ${total} questions`,
  'bank.more': 'Load more',
  'bank.empty': 'The bank has no questions yet',
  'bank.empty_text': 'Begin by choosing a clause of the resolution and writing the first question. It can be used once a second person has approved it.',
  'bank.none': 'Nothing matches',
  'bank.none_text': 'Type less, without accents, or remove a filter.',
  'coverage.title': 'Coverage',
  'coverage.text': 'Approved questions by topic and difficulty. Choose a cell to filter.',
  'coverage.total': 'Total',
  'coverage.cell': (topic, difficulty, n) => `${topic}, ${difficulty}: ${n} questions`,
};
export default words;
