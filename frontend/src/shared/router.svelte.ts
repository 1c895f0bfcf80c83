/** A small router over the History API. Routes are a table of name -> pattern; parameters are typed from the pattern. */

import { untrack } from 'svelte';

export type Params<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? { [K in Name | keyof Params<`/${Rest}`>]: string }
  : P extends `${string}:${infer Name}`
    ? { [K in Name]: string }
    : Record<never, string>;
export type Table = Record<string, string>;
export type Match<T extends Table> = { [N in keyof T & string]: { name: N; params: Params<T[N]> } }[keyof T & string];

/** Match a path against the table; null where nothing fits. */
export function match<T extends Table>(table: T, path: string): Match<T> | null {
  const given = path.replace(/\/+$/, '').split('/');
  for (const [name, pattern] of Object.entries(table)) {
    const wanted = pattern.replace(/\/+$/, '').split('/');
    if (wanted.length !== given.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, i) => {
      const value = given[i] ?? '';
      if (!part.startsWith(':')) return part === value;
      params[part.slice(1)] = safeDecode(value);
      return value !== '';
    });
    if (fits) return { name, params } as Match<T>;
  }
  return null;
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface Router<T extends Table> {
  /** Null for an address that is not ours. */
  readonly current: Match<T> | null;
  readonly search: URLSearchParams;
  href<N extends keyof T & string>(name: N, ...params: keyof Params<T[N]> extends never ? [] : [Params<T[N]>]): string;
  go(address: string, options?: { replace?: boolean }): void;
  /** Ask before leaving the page; `null` lifts it. Returning false keeps the reader here. */
  guard(ask: (() => boolean) | null): void;
}

export function createRouter<const T extends Table>(table: T): Router<T> {
  let address = $state.raw(new URL(location.href));
  let ask: (() => boolean) | null = null;

  function show(to: URL): void {
    // An effect may navigate; it must not run again because the address, which it never asked for, has changed.
    const isOtherPage = to.pathname !== untrack(() => address).pathname;
    address = to;
    if (isOtherPage) scrollTo(0, 0);
  }
  function go(to: string, options: { replace?: boolean } = {}): void {
    const target = new URL(to, location.href);
    // An address handed to us, e.g. by ?next=, must never lead to another site.
    if (target.origin !== location.origin) return;
    if (match(table, target.pathname) === null) {
      location.assign(target);
      return;
    }
    history[options.replace ? 'replaceState' : 'pushState'](null, '', target);
    show(target);
  }

  addEventListener('popstate', () => {
    if (ask && !ask()) history.pushState(null, '', address);
    else show(new URL(location.href));
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname) return;
    if (match(table, link.pathname) === null) return;
    event.preventDefault();
    if (!ask || ask()) go(link.href);
  });

  return {
    get current() {
      return match(table, address.pathname);
    },
    get search() {
      return address.searchParams;
    },
    href(name, ...params) {
      const values = (params[0] ?? {}) as Record<string, string>;
      return (table[name] as string).replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ''));
    },
    go,
    guard(next) {
      ask = next;
    },
  };
}
