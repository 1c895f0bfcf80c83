/** JSON over HTTP: session cookie, CSRF, time limits, and retries where repeating is harmless. */
import { language } from '../i18n/language.svelte';
import { serverClock } from '../live/clock';
import { ApiError, errorFrom } from './errors';

export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  headers?: Record<string, string>;
  /** Further tries after a failure that may pass; GET defaults to 2, the others to 0. */
  retries?: number;
}

const TIMEOUT_MS = 10_000;
const cookie = (name: string): string =>
  document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Full jitter: anywhere between nothing and the doubled step, so that many phones never come back at once. */
export const jitter = (attempt: number, stepMs = 500, capMs = 15_000): number =>
  Math.random() * Math.min(capMs, stepMs * 2 ** attempt);

async function csrfToken(): Promise<string> {
  // The cookie comes with the first answer of the sign-in interface.
  if (!cookie('csrftoken')) await fetch('/_allauth/browser/v1/config').catch(() => undefined);
  return cookie('csrftoken');
}

async function once<T>(method: string, path: string, body: unknown, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language.current, ...options.headers };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRFToken'] = await csrfToken();
  const limit = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
  const sentAt = performance.now();
  let response: Response;
  let data: unknown;
  try {
    response = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    data = text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : null;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(limit.aborted ? 'timeout' : 'network', '', 0);
  }
  const serverTime = (data as { server_time?: unknown } | null)?.server_time;
  if (typeof serverTime === 'string') serverClock.learn(serverTime, sentAt, performance.now());
  if (!response.ok) {
    const error = errorFrom(response.status, data);
    const after = Number(response.headers.get('Retry-After'));
    if (after) error.extra.retry_after_s ??= after;
    throw error;
  }
  return data as T;
}

async function call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const retries = options.retries ?? (method === 'GET' ? 2 : 0);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once<T>(method, path, body, options);
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isPassing || attempt >= retries) throw error;
      const asked = Number(error.extra.retry_after_s ?? 0) * 1000;
      await pause(asked + jitter(attempt));
    }
  }
}

/** A query string from the values that are there, with its question mark. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const pairs = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return pairs.length ? `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()}` : '';
}

export const api = {
  get: <T>(path: string, options?: CallOptions): Promise<T> => call<T>('GET', path, undefined, options),
  post: <T>(path: string, body: unknown = {}, options?: CallOptions): Promise<T> => call<T>('POST', path, body, options),
  put: <T>(path: string, body: unknown, options?: CallOptions): Promise<T> => call<T>('PUT', path, body, options),
  patch: <T>(path: string, body: unknown, options?: CallOptions): Promise<T> => call<T>('PATCH', path, body, options),
  delete: <T>(path: string, options?: CallOptions): Promise<T> => call<T>('DELETE', path, undefined, options),
};
