/** The citizen entry's addresses. */
import { ownAddress } from '$shared/ownAddress';
import { createRouter } from '$shared/router.svelte';

export const router = createRouter({
  home: '/',
  signUp: '/dang-ky',
  signIn: '/dang-nhap',
  profile: '/ho-so',
  identity: '/ho-so/can-cuoc',
  before: '/vao-thi/:round',
  exam: '/thi/:attempt',
  result: '/ket-qua/:attempt',
  standings: '/xep-hang/:round',
  rulebook: '/the-le/:contest',
  board: '/bang/:round',
});

/** Where to go after signing in: only an address of this site. */
export function nextAddress(fallback = '/'): string {
  return ownAddress(router.search.get('next'), fallback);
}
