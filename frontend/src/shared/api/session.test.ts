import { beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from './client';
import { ApiError } from './errors';
import { session } from './session.svelte';
import type { Me } from './types';

const EARLIER = '2026-11-01T00:00:00Z';
const consent = (version: string, withdrawn_at: string | null) => ({ kind: 'take_part', version, given_at: EARLIER, withdrawn_at });
const ME = { uuid: 'a', consents: [consent('1', EARLIER), consent('2', null)] } as unknown as Me;
const ends = (): (string | null)[] => (session.me?.consents ?? []).map((one) => one.withdrawn_at);

describe('taking the consent back', () => {
  beforeEach(async () => {
    vi.restoreAllMocks();
    vi.spyOn(api, 'get').mockResolvedValue(ME);
    vi.spyOn(api, 'post').mockResolvedValue(undefined);
    await session.refresh();
    vi.mocked(api.get).mockRejectedValue(new ApiError('network', '', 0));
  });

  it('shows at once what the server confirmed, with no network for a second question', async () => {
    const asked = vi.spyOn(api, 'delete').mockResolvedValue(undefined);

    await session.withdraw('mua thu');

    expect(vi.mocked(api.post).mock.calls).toEqual([['/_allauth/browser/v1/auth/reauthenticate', { password: 'mua thu' }]]);
    expect(asked.mock.calls).toEqual([['/api/me/consent']]);
    expect(ends()).toEqual([EARLIER, expect.stringMatching(/^20.*Z$/)]);
    expect(await session.ready()).toBe(session.me);
  });

  it('leaves it as given where the server did not answer', async () => {
    vi.spyOn(api, 'delete').mockRejectedValue(new ApiError('timeout', '', 0));

    await expect(session.withdraw('mua thu')).rejects.toMatchObject({ code: 'timeout' });
    expect(ends()).toEqual([EARLIER, null]);
  });

  it('asks for nothing to end where the password was wrong', async () => {
    vi.mocked(api.post).mockRejectedValue(new ApiError('incorrect_password', 'Sai mật khẩu.', 400));
    const asked = vi.spyOn(api, 'delete').mockResolvedValue(undefined);

    await expect(session.withdraw('mua đông')).rejects.toMatchObject({ code: 'incorrect_password' });
    expect([asked.mock.calls, ends()]).toEqual([[], [EARLIER, null]]);
  });
});

describe('another page of this browser', () => {
  const listeners: Array<(event: { key: string; newValue: string | null }) => void> = [];

  beforeEach(async () => {
    vi.restoreAllMocks();
    listeners.length = 0;
    vi.stubGlobal('addEventListener', (_: string, listener: (typeof listeners)[number]) => listeners.push(listener));
    vi.spyOn(api, 'get').mockResolvedValue(ME);
    await session.refresh();
    session.follow();
  });

  it('that signs somebody else in is followed; what it says of other things is not', async () => {
    vi.mocked(api.get).mockResolvedValue({ ...ME, uuid: 'b' });
    for (const event of [
      { key: 'hoithi.language', newValue: 'en' },
      { key: 'hoithi.person', newValue: 'a' },
    ])
      listeners[0]?.(event);
    expect(session.me?.uuid).toBe('a');

    listeners[0]?.({ key: 'hoithi.person', newValue: 'b' });
    expect((await session.ready())?.uuid).toBe('b');
    expect(session.me?.uuid).toBe('b');
  });

  it('that signs out is followed too', async () => {
    vi.mocked(api.get).mockRejectedValue(new ApiError('not_signed_in', '', 401));
    listeners[0]?.({ key: 'hoithi.person', newValue: null });

    expect([await session.ready(), session.me]).toEqual([null, null]);
  });
});
