/** What the service worker does with a request. Pure. */

/** asset: the kept file first; page: the network first, the kept page where it does not answer; none: not ours. */
export type Plan = 'asset' | 'page' | 'none';

/** Addresses that answer for themselves: the interface, the sockets, the staff's pages, what machines ask. */
const FOREIGN = /^\/(api|_allauth|ws|quan-tri|livez|readyz|metrics)(\/|$)/;

export function planFor(request: { method: string; mode: string; url: string }, origin: string, assets: ReadonlySet<string>): Plan {
  const { origin: from, pathname } = new URL(request.url);
  if (request.method !== 'GET' || from !== origin || FOREIGN.test(pathname)) return 'none';
  if (assets.has(pathname)) return 'asset';
  // Pages have no dot in their address; files that are no page are fetched as ever.
  return request.mode === 'navigate' && !pathname.includes('.') ? 'page' : 'none';
}
