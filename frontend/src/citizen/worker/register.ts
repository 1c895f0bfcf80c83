/** Hand the citizen's pages to the service worker, once the first page stands and the phone has nothing better to do. */

const LATEST_MS = 4_000;

function register(): void {
  // A browser without room or with the worker forbidden is as good as one that has none.
  void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}

function whenIdle(): void {
  if ('requestIdleCallback' in window) requestIdleCallback(register, { timeout: LATEST_MS });
  else setTimeout(register, 1_000);
}

/** Built pages only: in development nothing may stand between the page and its sources. */
export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { once: true });
}
