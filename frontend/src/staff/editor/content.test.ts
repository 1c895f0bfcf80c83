import { describe, expect, it } from 'vitest';
import { changeKind, clean, differences, emptyContent, isBlank, isSame, toggleKey } from './content';

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

describe('answers in words', () => {
  const short = () => ({ ...base(), kind: 'short_text' as const, accepted: [' Ha\u0300 Nội ', '', 'hai\ndòng'] });

  it('are sent without options, composed, and without empty rows', () => {
    const cleaned = clean(short());

    expect([cleaned.options, cleaned.key_options, cleaned.accepted]).toEqual([[], [], ['Hà Nội', 'hai dòng']]);
    expect(clean({ ...short(), kind: 'essay' })).toMatchObject({ options: [], key_options: [], accepted: [] });
    expect(clean({ ...short(), kind: 'single' }).accepted).toEqual([]);
  });

  it('make an empty row no difference', () => {
    expect(isSame(short(), { ...short(), accepted: ['Hà Nội', 'hai dòng', ''] })).toBe(true);
    expect(isSame(short(), { ...short(), accepted: ['hai dòng', 'Hà Nội'] })).toBe(false);
  });

  it('are told apart row by row', () => {
    expect(differences(short(), { ...short(), accepted: ['Huế'] })).toEqual([{ field: 'accepted', mine: '1. Hà Nội\n2. hai dòng', theirs: '1. Huế' }]);
  });
});

describe('changeKind', () => {
  it('keeps what was written for the other kind until the page is left', () => {
    const content = { ...base(), kind: 'multiple' as const, key_options: [1, 3] };

    changeKind(content, 'short_text');
    content.accepted[0] = 'Hà Nội';
    changeKind(content, 'essay');
    changeKind(content, 'multiple');

    expect(content).toEqual({ ...base(), kind: 'multiple', key_options: [1, 3], accepted: ['Hà Nội'] });
    changeKind(content, 'single');
    expect(content.key_options).toEqual([1]);
  });

  it('gives a stored question that had no options four empty ones', () => {
    const content = { ...base(), kind: 'essay' as const, options: [], key_options: [] };

    changeKind(content, 'single');

    expect(content.options).toEqual(emptyContent('').options);
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
    expect(isBlank({ ...emptyContent('kinh-te'), accepted: [''] })).toBe(true);
    expect(isBlank({ ...emptyContent('kinh-te'), accepted: ['', 'Hà Nội'] })).toBe(false);
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
