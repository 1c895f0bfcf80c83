/**
 * The citizen's service worker, built to /sw.js: a page that is opened again without a network still opens.
 *
 * It keeps the files of one build and the page that names them, never an answer of the server. A new build takes over
 * silently: pages that are open stay as they are, the next load gets the new one.
 */
import { all, exam, version } from 'virtual:shell';
import { planFor } from './plan';

declare const self: ServiceWorkerGlobalScope;

const PREFIX = 'hoithi-';
const CACHE = PREFIX + version;
const PAGE = '/';
/** After this long the kept page is shown: it is the same for everybody, and says itself that the network is gone. */
const PATIENCE_MS = 3_000;
const MATCH: MultiCacheQueryOptions = { cacheName: CACHE, ignoreVary: true, ignoreSearch: true };
const assets: ReadonlySet<string> = new Set(all);

self.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const plan = planFor(event.request, self.location.origin, assets);
  if (plan === 'asset') event.respondWith(fromKept(event));
  else if (plan === 'page') event.respondWith(fromNetwork(event));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { cache: 'no-store' });
  // While a new build is being put in place the page may belong to another one; the browser tries again later.
  if (!page.ok || !(await page.clone().text()).includes(exam[0] as string)) throw new Error('page of another build');
  await cache.addAll([...exam]);
  await cache.put(PAGE, page);
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  // The browser asks the network while this worker is still waking up.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function fromKept(event: FetchEvent): Promise<Response> {
  const kept = await caches.match(event.request, MATCH);
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.ok) {
    const copy = response.clone();
    event.waitUntil(caches.open(CACHE).then((cache) => cache.put(event.request, copy)));
  }
  return response;
}

async function fromNetwork(event: FetchEvent): Promise<Response> {
  const asked = ask(event);
  const patience = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const answer = await Promise.race([asked.catch(() => null), patience]);
  if (answer && answer.status < 500) return answer;
  // With nothing kept, what the network says counts, however late.
  return (await caches.match(PAGE, MATCH)) ?? answer ?? asked;
}

async function ask(event: FetchEvent): Promise<Response> {
  const early = (await event.preloadResponse) as Response | undefined;
  return early ?? fetch(event.request);
}
