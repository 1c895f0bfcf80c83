/** Compute the fingerprint of a contest's rules again on this device, from the very bytes the server hashed. */
import { ApiError, errorFrom } from '../api/errors';

export interface Proof {
  /** The rules as canonical JSON. */
  text: string;
  /** SHA-256 in hexadecimal; null where the browser offers no such thing (a page without HTTPS). */
  hash: string | null;
}

const TIMEOUT_MS = 10_000;
export const rulebookAddress = (key: string): string => `/api/contests/${encodeURIComponent(key)}/rulebook`;

export async function sha256(bytes: ArrayBuffer): Promise<string | null> {
  // Missing outside secure contexts, whatever the types say.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Not by the common call, which reads text: what is hashed are the bytes. Throws ApiError as that does. */
export async function prove(key: string, signal: AbortSignal): Promise<Proof> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(rulebookAddress(key), { headers: { Accept: 'application/json' }, signal: AbortSignal.any([signal, limit]) });
    bytes = await response.arrayBuffer();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(limit.aborted ? 'timeout' : 'network', '', 0);
  }
  if (!response.ok) throw errorFrom(response.status, null);
  return { text: new TextDecoder().decode(bytes), hash: await sha256(bytes) };
}
