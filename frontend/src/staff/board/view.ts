/** What the board looks at, as it stands in the address. Pure. */
import type { Facet, ParticipationRow } from '$shared/api/types';
import { fold } from '$shared/i18n/fold';

export const FACETS = ['territory', 'workplace', 'party'] as const satisfies readonly Facet[];
export const MEASURES = ['people', 'entries', 'all_correct', 'share'] as const;
export const COLUMNS = ['name', 'people', 'entries', 'all_correct', 'headcount', 'share'] as const;
export type Measure = (typeof MEASURES)[number];
export type Column = (typeof COLUMNS)[number];

export interface View {
  contest: string;
  /** A round's uuid, or empty for the whole contest; null where the address is silent. */
  round: string | null;
  facet: Facet;
  measure: Measure;
  sort: Column;
  isDescending: boolean;
  q: string;
  unit: string;
}

const oneOf = <T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T =>
  allowed.find((one) => one === value) ?? otherwise;

export function readView(search: URLSearchParams): View {
  const [column = '', direction] = (search.get('sort') ?? '').split('.');
  const sort = oneOf(column, COLUMNS, 'people');
  const round = search.get('round');
  return {
    contest: search.get('contest') ?? '',
    round: round === 'all' ? '' : round,
    facet: oneOf(search.get('facet'), FACETS, 'territory'),
    measure: oneOf(search.get('measure'), MEASURES, 'people'),
    sort,
    isDescending: direction ? direction === 'desc' : sort !== 'name',
    q: (search.get('q') ?? '').slice(0, 100),
    unit: search.get('unit') ?? '',
  };
}

/** The number of a row under a column; null where it is unknown or held back. */
export function valueOf(row: ParticipationRow, column: Exclude<Column, 'name'>): number | null {
  return column === 'headcount' ? (row.headcount?.count ?? null) : row[column];
}

const byName = new Intl.Collator('vi');

/** Sort a copy; rows without the number come last in both directions, equal ones by name. */
export function sortRows(rows: readonly ParticipationRow[], column: Column, isDescending: boolean): ParticipationRow[] {
  const sign = isDescending ? -1 : 1;
  const name = (a: ParticipationRow, b: ParticipationRow): number => byName.compare(a.unit.name, b.unit.name);
  if (column === 'name') return [...rows].sort((a, b) => sign * name(a, b));
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(a, column), valueOf(b, column)];
    if (x === null || y === null) return x === y ? name(a, b) : x === null ? 1 : -1;
    return x === y ? name(a, b) : sign * (x - y);
  });
}

/** Rows whose name holds the text, accents aside. */
export function searchRows(rows: readonly ParticipationRow[], text: string): readonly ParticipationRow[] {
  const wanted = fold(text);
  return wanted ? rows.filter((row) => fold(row.unit.name).includes(wanted)) : rows;
}

/** At most four signs, to stand on a tile: 950, 1,2k, 12k, 1,2tr. */
export function compact(value: number, comma: string, million: string): string {
  const short = (n: number): string => (n < 9.95 ? n.toFixed(1).replace(/\.0$/, '').replace('.', comma) : String(Math.round(n)));
  if (value < 1000) return String(Math.round(value));
  if (value < 999_500) return `${short(value / 1000)}k`;
  return `${short(value / 1_000_000)}${million}`;
}
