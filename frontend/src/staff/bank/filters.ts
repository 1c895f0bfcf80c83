/** The bank's filters as they stand in the address. Pure: reads and writes plain values. */

export const STATES = ['draft', 'in_review', 'approved', 'retired'] as const;
export const KINDS = ['single', 'multiple', 'short_text', 'essay'] as const;
export const DIFFICULTIES = ['1', '2', '3'] as const;
const NAMES = ['q', 'document', 'topic', 'difficulty', 'state', 'kind'] as const;

export type FilterName = (typeof NAMES)[number];
/** Every name is there; an empty text means no filter. */
export type Filters = Record<FilterName, string>;

const CLOSED: Partial<Record<FilterName, readonly string[]>> = { state: STATES, kind: KINDS, difficulty: DIFFICULTIES };

/** Read an address that anybody may have typed: a value that cannot be is no filter. */
export function readFilters(search: URLSearchParams): Filters {
  const read = (name: FilterName): string => {
    const value = (search.get(name) ?? '').trim().slice(0, 200);
    const allowed = CLOSED[name];
    return allowed && !allowed.includes(value) ? '' : value;
  };
  return Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Filters;
}

/** How many filters narrow the list, the search text aside. */
export const countFilters = (filters: Filters): number => NAMES.filter((name) => name !== 'q' && filters[name] !== '').length;

export const NO_FILTERS: Filters = readFilters(new URLSearchParams());
