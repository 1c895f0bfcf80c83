import { beforeEach, describe, expect, it, vi } from 'vitest';
import { session } from './api/session.svelte';
import { stubStorage } from './storage.stand';
import type { Me } from './api/types';
import { unsent } from './unsent';

const stored = new Map<string, string>();
const as = (person: string | null): void => void vi.spyOn(session, 'person', 'get').mockReturnValue(person);

beforeEach(() => {
  stubStorage(stored, 'an');
});

/** Three things typed by one person, two by another, one of nobody known, and what is no such thing. */
function fill(): void {
  for (const kind of ['draft', 'incident', 'mark'] as const) unsent.write(kind, 'x', { text: 'của An' });
  as('binh');
  for (const kind of ['draft', 'mark'] as const) unsent.write(kind, 'x', { text: 'của Bình' });
  stored.set('hoithi.staff.draft.new', '{"stem":"của ai?"}');
  stored.set('hoithi.staff.shortcuts', 'off');
  stored.set('hoithi.language', 'en');
}

describe('what staff have typed and not sent', () => {
  it('is given back to who typed it and to nobody else', () => {
    fill();

    expect([unsent.read('draft', 'x'), unsent.read('incident', 'x'), unsent.count()]).toEqual([{ text: 'của Bình' }, null, 2]);
    as('an');
    expect([unsent.read('draft', 'x'), unsent.read('incident', 'x'), unsent.count()]).toEqual([{ text: 'của An' }, { text: 'của An' }, 3]);
    as(null);
    expect([unsent.read('draft', 'x'), unsent.write('draft', 'y', {}), unsent.count()]).toEqual([null, false, 0]);
  });

  it('goes with whoever signs out, and nothing else goes', () => {
    fill();
    unsent.keepOnly(null);

    expect([...stored.keys()]).toEqual(['hoithi.staff.shortcuts', 'hoithi.language']);
  });

  it('outlives a session that ran out, until another person comes', () => {
    fill();
    as(null);
    as('an');
    unsent.keepOnly('an');

    expect([...stored.keys()].filter((name) => name.includes('.x'))).toEqual(['hoithi.staff.draft.an.x', 'hoithi.staff.incident.an.x', 'hoithi.staff.mark.an.x']);
    unsent.keepOnly('chi');
    expect([...stored.keys()]).toEqual(['hoithi.staff.shortcuts', 'hoithi.language']);
  });

  it('of a person whose name begins like another’s is not theirs', () => {
    unsent.write('draft', 'x', {});
    unsent.keepOnly('a');
    expect(stored.size).toBe(0);
  });

  it('is not kept for whoever has signed in in another tab meanwhile', () => {
    vi.spyOn(session, 'me', 'get').mockReturnValue({ uuid: 'an' } as Me);
    as('binh');

    expect([unsent.write('draft', 'x', { text: 'của An' }), unsent.read('draft', 'x'), stored.size]).toEqual([false, null, 0]);
    vi.spyOn(session, 'me', 'get').mockReturnValue(undefined);
  });

  it('that cannot be read is taken for nothing, and a storage that refuses stops nobody', () => {
    stored.set('hoithi.staff.mark.an.x', '{');
    expect(unsent.read('mark', 'x')).toBeNull();

    vi.stubGlobal('localStorage', undefined);
    unsent.keepOnly(null);
    expect([unsent.write('mark', 'x', {}), unsent.read('mark', 'x'), unsent.count()]).toEqual([false, null, 0]);
  });
});
