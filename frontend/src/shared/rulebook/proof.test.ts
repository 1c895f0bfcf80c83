import { afterEach, describe, expect, it, vi } from 'vitest';
import { prove, rulebookAddress, sha256 } from './proof';

afterEach(() => vi.unstubAllGlobals());
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

  it('tells no hash where the browser offers none', async () => {
    vi.stubGlobal('crypto', {});

    expect(await sha256(new ArrayBuffer(0))).toBeNull();
  });
});
