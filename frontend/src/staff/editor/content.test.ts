import { describe, expect, it } from 'vitest';
import { clean, differences, emptyContent, isBlank, isSame, toggleKey } from './content';

const base = () => ({ ...emptyContent('kinh-te'), stem: 'Thủ đô là gì?', key_options: [1] });

describe('clean', () => {
  it('composes accents, joins lines and orders keys', () => {
    const messy = { ...base(), stem: ' Thu\u0309 đô\nlà gì? ', key_options: [3, 1], valid_as_of: '' };

    const cleaned = clean(messy);

    expect([cleaned.stem, cleaned.key_options, cleaned.valid_as_of]).toEqual(['Thủ đô là gì?', [1, 3], null]);
  });

  it('makes the server’s clause label no difference', () => {
    const citation = { document: '15-nq-tw-2022', clause_path: 'II.1', quote: '' };

    expect(isSame({ ...base(), citations: [{ ...citation, clause_label: 'Mục II.1' }] }, { ...base(), citations: [citation] })).toBe(true);
  });
});

describe('toggleKey', () => {
  it('replaces the key of a one-key question and collects those of the other kind', () => {
    expect(toggleKey(base(), 2)).toEqual([2]);
    expect(toggleKey({ ...base(), kind: 'multiple', key_options: [3] }, 1)).toEqual([1, 3]);
    expect(toggleKey({ ...base(), kind: 'multiple', key_options: [1, 3] }, 3)).toEqual([1]);
  });
});

describe('isBlank', () => {
  it('is true until something is written', () => {
    expect(isBlank(emptyContent('kinh-te'))).toBe(true);
    expect(isBlank(base())).toBe(false);
  });
});

describe('differences', () => {
  it('names the fields that differ, the key within the options', () => {
    const theirs = { ...base(), key_options: [2], difficulty: 3 as const };

    expect(differences(base(), theirs)).toEqual([
      { field: 'options', mine: 'A ✓. \nB. \nC. \nD. ', theirs: 'A. \nB ✓. \nC. \nD. ' },
      { field: 'difficulty', mine: '1', theirs: '3' },
    ]);
  });
});
