/** A table as CSV that spreadsheets open as plain values. Pure. */

const BOM = '\uFEFF';
type Cell = string | number | null;

/** Quote a cell. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Notes first, one a line (what is counted, as of when), an empty line, then the table. */
export function toCsv(notes: readonly string[], head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [...notes.map((note) => cell(note)), ...(notes.length ? [''] : []), ...[head, ...rows].map((row) => row.map(cell).join(','))];
  return `${BOM}${lines.join('\r\n')}\r\n`;
}
