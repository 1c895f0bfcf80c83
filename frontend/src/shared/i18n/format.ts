/** Numbers, moments and durations as people here read them. Every moment is shown in Asia/Ho_Chi_Minh, wherever the phone is. */
import { language } from './language.svelte';

export const ZONE = 'Asia/Ho_Chi_Minh';
const locale = (): string => (language.current === 'en' ? 'en-GB' : 'vi-VN');

const made = new Map<string, Intl.DateTimeFormat>();
function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = name + locale();
  let format = made.get(key);
  if (!format) made.set(key, (format = new Intl.DateTimeFormat(locale(), { timeZone: ZONE, ...options })));
  return format;
}
const two = (value: number): string => String(value).padStart(2, '0');

/** 12.480 in Vietnamese, 12,480 in English. */
export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** A count, or a dash while it is not told. */
export function formatCount(value: number | null): string {
  return value === null ? '–' : formatNumber(value);
}

/** What one right item is worth: core.scoring.POINTS_PER_ITEM. */
export const POINTS_PER_ITEM = 840;

/** Points as items: 1260 -> 1,5. */
export function formatPoints(points: number): string {
  return formatNumber(points / POINTS_PER_ITEM, 2);
}

/** 0.1234 -> 12,3 %. */
export function formatShare(value: number, digits = 1): string {
  return `${formatNumber(value * 100, digits)} %`;
}

/** 08:00:12 */
export function formatClock(iso: string): string {
  return dateFormat('clock', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** 23:00 */
export function formatTime(iso: string): string {
  return dateFormat('time', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));
}

/** As written inside a sentence; the browser's own list puts a capital on every first word. */
const WEEKDAYS: Record<string, string> = {
  Sun: 'Chủ nhật',
  Mon: 'thứ Hai',
  Tue: 'thứ Ba',
  Wed: 'thứ Tư',
  Thu: 'thứ Năm',
  Fri: 'thứ Sáu',
  Sat: 'thứ Bảy',
};

/** thứ Hai 23/11 */
export function formatDay(iso: string): string {
  const at = new Date(iso);
  const short = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, weekday: 'short' }).format(at);
  const weekday = language.current === 'en' ? short : (WEEKDAYS[short] ?? short);
  return `${weekday} ${dateFormat('day', { day: '2-digit', month: '2-digit' }).format(at).replace('-', '/')}`;
}

/** 29/11/2026 */
export function formatDate(iso: string): string {
  return dateFormat('date', { day: '2-digit', month: '2-digit', year: 'numeric' }).format(new Date(iso));
}

/** 23:00 Chủ nhật 29/11 */
export function formatMoment(iso: string): string {
  return `${formatTime(iso)} ${formatDay(iso)}`;
}

/** Time left as a clock: 14:05, 3:02:59. Rounded up, so that 0:00 means over. */
export function formatTimer(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor(total / 60) % 60;
  const rest = two(total % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Time until a moment days away: "2 ngày 3 giờ", then a clock within the last day. */
export function formatCountdown(ms: number): string {
  const hours = Math.floor(Math.max(0, ms) / 3_600_000);
  if (hours < 24) return formatTimer(ms);
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  if (language.current === 'en') return `${days} ${days === 1 ? 'day' : 'days'}${rest ? ` ${rest} h` : ''}`;
  return `${days} ngày${rest ? ` ${rest} giờ` : ''}`;
}

/** How long something took: "12 phút 5 giây". */
export function formatDuration(ms: number): string {
  const total = Math.round(ms / 1000);
  const minutes = Math.floor(total / 60);
  const seconds = total % 60;
  const [m, s] = language.current === 'en' ? ['min', 's'] : ['phút', 'giây'];
  if (!minutes) return `${seconds} ${s}`;
  return seconds ? `${minutes} ${m} ${seconds} ${s}` : `${minutes} ${m}`;
}
