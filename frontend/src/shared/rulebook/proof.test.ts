import { afterEach, describe, expect, it, vi } from 'vitest';
import { prove, rulebookAddress, sha256 } from './proof';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const FILE = '{"open_to":"công dân từ đủ 16 tuổi"}';

describe('the proof of a rulebook', () => {
  it('hashes as everybody does: FIPS 180-2, "abc"', async () => {
    expect(await sha256(new TextEncoder().encode('abc').buffer)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('reads the bytes as they came', async () => {
    const asked = vi.fn(() => Promise.resolve(new Response(FILE)));
    vi.stubGlobal('fetch', asked);

    const proof = await prove('a/b', new AbortController().signal);

    expect([asked.mock.calls[0], proof.text]).toEqual([[rulebookAddress('a/b'), expect.anything()], FILE]);
    expect(proof.hash).toBe(await sha256(new TextEncoder().encode(FILE).buffer));
  });

  it.each([
    ['the network is gone', new AbortController().signal, { code: 'network', status: 0 }],
    ['no answer comes in time', AbortSignal.abort(), { code: 'timeout', status: 0 }],
  ])('says so where %s', async (_, limit, error) => {
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit);
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));

    await expect(prove('a', new AbortController().signal)).rejects.toMatchObject(error);
  });

  it('says nothing of the network where the page itself went away', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('gone', 'AbortError')));

    await expect(prove('a', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('tells no hash where the browser offers none', async () => {
    vi.stubGlobal('crypto', {});

    expect(await sha256(new ArrayBuffer(0))).toBeNull();
  });
});
