/** A round's opening and closing as announcements write them: "08:00 thứ Hai 2/11/2026 đến 24:00 Chủ nhật 8/11/2026". */
import { formatDay, formatTime, ZONE } from './format';
import { language } from './language.svelte';

const MIDNIGHT = '00:00';
const MINUTE_MS = 60_000;

/** thứ Hai 2/11/2026: no zeros before day and month, as people write dates by hand. */
function fullDay(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, day: 'numeric', month: 'numeric', year: 'numeric' }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  const weekday = formatDay(at.toISOString()).replace(/ \S+$/, '');
  return `${weekday} ${part('day')}/${part('month')}/${part('year')}`;
}

/** 08:00 thứ Hai 2/11/2026 */
export const formatOpening = (iso: string): string => `${formatTime(iso)} ${fullDay(new Date(iso))}`;

/** A close at midnight ends the day before: 24:00 Chủ nhật 8/11/2026, not 00:00 thứ Hai. */
export function formatClosing(iso: string): string {
  if (formatTime(iso) !== MIDNIGHT) return formatOpening(iso);
  return `24:00 ${fullDay(new Date(new Date(iso).getTime() - MINUTE_MS))}`;
}

export function formatPeriod(opensAt: string, closesAt: string): string {
  return `${formatOpening(opensAt)} ${language.current === 'en' ? 'to' : 'đến'} ${formatClosing(closesAt)}`;
}
