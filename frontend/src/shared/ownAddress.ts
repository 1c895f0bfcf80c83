/** Return `next` where it is an address of this site, else the fallback: a link may carry anything in `?next=`. */
export function ownAddress(next: string | null, fallback: string): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : fallback;
}
