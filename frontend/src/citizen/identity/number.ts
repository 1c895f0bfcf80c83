/** An identity number as typed, as masked, and how long the server asks to wait. */
import { ApiError } from '$shared/api/errors';
import { t } from './words';

/** Without what may stand between digits; the same as `core.identity.read_identity_number`. */
export const digitsOf = (typed: string): string => typed.replace(/[\s.\-\u2010-\u2015]/g, '');

/** The digits that a masked number shows; none where the server cannot read it. */
export const lastDigits = (masked: string): string => masked.replace(/\D/g, '');

/** What a limit says where the wait is longer than a minute; null for everything else. */
export function waitText(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'rate_limited') return null;
  const minutes = Math.ceil(Number(error.extra.retry_after_s ?? 0) / 60);
  if (minutes < 2) return null;
  return minutes < 120 ? t('id.wait_minutes', minutes) : t('id.wait_hours', Math.ceil(minutes / 60));
}
