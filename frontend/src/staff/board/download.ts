/** The table as a file. */
import type { Contest, Facet, Moment } from '$shared/api/types';
import { formatClock, formatDate } from '$shared/i18n/format';
import { toCsv } from './csv';
import type { TreeLine } from './tree.svelte';
import { valueOf } from './view';
import { t } from './words';

interface What {
  contest: Contest;
  scopeName: string;
  facet: Facet;
  asOf: Moment;
  lines: readonly TreeLine[];
}

export function csvOf({ contest, scopeName, facet, asOf, lines }: What): string {
  const notes = [t('csv.what', contest.title, scopeName, t(`facet.${facet}`)), t('csv.as_of', `${formatClock(asOf)} ${formatDate(asOf)}`), t('facet.note')];
  const head = [t('tree.level'), t('table.name'), t('table.people'), t('table.entries'), t('table.all_correct'), t('table.headcount'), t('table.share')];
  const rows = lines.map(({ row, depth }) => {
    const held = row.suppressed ? t('table.suppressed') : null;
    const number = (column: 'people' | 'entries' | 'all_correct'): string | number | null => valueOf(row, column) ?? held;
    return [depth + 1, row.unit.name, number('people'), number('entries'), number('all_correct'), valueOf(row, 'headcount'), valueOf(row, 'share')];
  });
  return toCsv(notes, head, rows);
}

export function saveFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
