import { beforeEach, describe, expect, it } from 'vitest';
import { stubStorage } from '$shared/storage.stand';
import { emptyContent } from './content';
import { keep } from './keep';

const stored = new Map<string, string>();

beforeEach(() => {
  stubStorage(stored, 'an');
});

describe('keep', () => {
  it('gives back what was kept, of one question at a time', () => {
    const content = { ...emptyContent('kinh-te'), kind: 'short_text' as const, accepted: ['Hà Nội'] };
    keep.write('u', content);

    expect([keep.read('u'), keep.read(null)]).toEqual([content, null]);
    keep.drop('u');
    expect(keep.read('u')).toBeNull();
  });

  it('completes what an earlier build kept without accepted texts', () => {
    const { accepted, ...old } = { ...emptyContent('kinh-te'), stem: 'Năm nào?' };
    stored.set('hoithi.staff.draft.an.new', JSON.stringify(old));

    expect(keep.read(null)).toEqual({ ...old, accepted });
  });

  it('takes what cannot be read for nothing', () => {
    stored.set('hoithi.staff.draft.an.new', '{');

    expect(keep.read(null)).toBeNull();
  });
});
