/** Numbers of the board as text. */
import type { ParticipationRow } from '$shared/api/types';
import { formatNumber, formatShare } from '$shared/i18n/format';
import { type Column, compact, type Measure, valueOf } from './view';
import { t } from './words';

export const formatMeasure = (value: number, measure: Measure): string => (measure === 'share' ? formatShare(value) : formatNumber(value));

/** What stands in a cell: the number, "< 5" where it is held back, a dash where it is not known. */
export function cellText(row: ParticipationRow, column: Exclude<Column, 'name'>): string {
  const value = valueOf(row, column);
  if (value !== null) return column === 'share' ? formatShare(value) : formatNumber(value);
  return row.suppressed && column !== 'headcount' ? t('table.suppressed') : '—';
}

/** What is printed on a tile. */
export function tileText(row: ParticipationRow, measure: Measure): string {
  const value = valueOf(row, measure);
  if (value === null) return row.suppressed ? '<5' : '—';
  return measure === 'share' ? `${formatNumber(value * 100, value < 0.0995 ? 1 : 0)}%` : compact(value, t('unit.comma'), t('unit.million'));
}
