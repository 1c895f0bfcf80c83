import { describe, expect, it } from 'vitest';
import { hasWithdrawn, locksOf, locksOnSaving } from './locks';

const NEW = { locked: false, display_name: 'Nguyễn Văn An', born_on_locked: false };

describe('what of a profile may still change', () => {
  it.each([
    ['before the first attempt', NEW, { name: false, bornOn: false, units: false }, { name: false, bornOn: false }],
    ['after it', { ...NEW, locked: true, born_on_locked: true }, { name: true, bornOn: true, units: true }, { name: false, bornOn: false }],
    ['after it, with no date stated', { ...NEW, locked: true }, { name: true, bornOn: false, units: true }, { name: false, bornOn: true }],
    ['after it, with nothing stated', { locked: true, display_name: '', born_on_locked: false }, { name: false, bornOn: false, units: true }, { name: true, bornOn: true }],
    ['where the rules lock the date alone', { ...NEW, born_on_locked: true }, { name: false, bornOn: true, units: false }, { name: false, bornOn: false }],
  ])('%s', (_, me, locked, once) => {
    expect([locksOf(me), locksOnSaving(me)]).toEqual([locked, once]);
  });
});

describe('who has taken every consent back', () => {
  const consent = (withdrawn_at: string | null) => ({ kind: 'take_part', version: '1', given_at: '2026-11-01T00:00:00Z', withdrawn_at }) as const;
  const ENDED = consent('2026-11-02T00:00:00Z');

  it.each([
    [[ENDED], true],
    [[ENDED, consent(null)], false],
    [[consent(null)], false],
    [[], false],
  ])('%j', (consents, expected) => {
    expect(hasWithdrawn({ consents })).toBe(expected);
  });
});
