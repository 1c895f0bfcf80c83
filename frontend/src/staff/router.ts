/** The staff's pages. `new…` stands before the page whose pattern would take its address too. */
import { createRouter } from '$shared/router.svelte';

export const router = createRouter({
  home: '/quan-tri',
  signIn: '/quan-tri/dang-nhap',
  bank: '/quan-tri/cau-hoi',
  newQuestion: '/quan-tri/cau-hoi/moi',
  question: '/quan-tri/cau-hoi/:uuid',
  review: '/quan-tri/duyet',
  contests: '/quan-tri/hoi-thi',
  contest: '/quan-tri/hoi-thi/:key',
  incidents: '/quan-tri/dap-an',
  newRegrade: '/quan-tri/dap-an/:key/moi',
  regrade: '/quan-tri/dap-an/:key/:uuid',
  marking: '/quan-tri/cham-tu-luan',
  boards: '/quan-tri/hoi-thi/:key/xep-hang',
  voidings: '/quan-tri/hoi-thi/:key/huy-ket-qua',
  flags: '/quan-tri/hoi-thi/:key/dang-xem-lai',
  audit: '/quan-tri/hoi-thi/:key/nhat-ky',
  board: '/quan-tri/tham-gia',
});

/** Put values into the address without a new step in the history; empty ones are left out. */
export function writeSearch(values: Record<string, string | null | undefined>): void {
  const search = new URLSearchParams(router.search);
  for (const [key, value] of Object.entries(values)) {
    if (value) search.set(key, value);
    else search.delete(key);
  }
  const text = search.toString();
  router.go(`${location.pathname}${text ? `?${text}` : ''}`, { replace: true });
}
