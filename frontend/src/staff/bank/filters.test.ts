import { describe, expect, it } from 'vitest';
import { countFilters, NO_FILTERS, readFilters } from './filters';

describe('readFilters', () => {
  it('reads every known name', () => {
    const search = new URLSearchParams('q=thủ đô&document=15-nq-tw-2022&topic=kinh-te&difficulty=2&state=draft&kind=multiple');

    expect(readFilters(search)).toEqual({
      q: 'thủ đô',
      document: '15-nq-tw-2022',
      topic: 'kinh-te',
      difficulty: '2',
      state: 'draft',
      kind: 'multiple',
    });
  });

  it('drops values that cannot be and ignores strange names', () => {
    expect(readFilters(new URLSearchParams('state=gone&difficulty=9&kind=oral&evil=1'))).toEqual(NO_FILTERS);
  });
});

describe('countFilters', () => {
  it('leaves the search text out', () => {
    expect(countFilters({ ...NO_FILTERS, q: 'thu do', state: 'draft', kind: 'single' })).toBe(2);
  });
});
