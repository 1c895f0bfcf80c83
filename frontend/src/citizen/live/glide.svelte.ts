/** Lines that change place glide there: measure before, measure after, play the difference backwards. */
import type { Attachment } from 'svelte/attachments';

const CALM_MS = 600;

/** For a list whose children carry `data-key`; `lines` is read so that each change is seen. */
export function glide(lines: () => unknown): Attachment<HTMLElement> {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return (list) => {
    let before = new Map<string, number>();
    const measure = (): Map<string, number> =>
      new Map([...list.querySelectorAll<HTMLElement>(':scope > [data-key]')].map((line) => [line.dataset.key ?? '', line.offsetTop]));
    $effect(() => {
      void lines();
      const now = measure();
      for (const line of list.querySelectorAll<HTMLElement>(':scope > [data-key]')) {
        const key = line.dataset.key ?? '';
        const moved = (before.get(key) ?? now.get(key) ?? 0) - (now.get(key) ?? 0);
        if (moved && !isCalm) line.animate([{ transform: `translateY(${moved}px)` }, { transform: 'none' }], { duration: CALM_MS, easing: 'ease-out' });
      }
      before = now;
    });
  };
}
