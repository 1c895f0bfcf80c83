/** Compute the fingerprint of a contest's rules again on this device, from the very bytes the server hashed. */
import { errorFrom } from '../api/errors';

export interface Proof {
  /** The rules as canonical JSON. */
  text: string;
  /** SHA-256 in hexadecimal; null where the browser offers no such thing (a page without HTTPS). */
  hash: string | null;
}

export const rulebookAddress = (key: string): string => `/api/contests/${encodeURIComponent(key)}/rulebook`;

export async function sha256(bytes: ArrayBuffer): Promise<string | null> {
  // Missing outside secure contexts, whatever the types say.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function prove(key: string, signal: AbortSignal): Promise<Proof> {
  const response = await fetch(rulebookAddress(key), { headers: { Accept: 'application/json' }, signal });
  if (!response.ok) throw errorFrom(response.status, null);
  const bytes = await response.arrayBuffer();
  return { text: new TextDecoder().decode(bytes), hash: await sha256(bytes) };
}
