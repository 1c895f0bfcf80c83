/** What becomes of words before they travel. Pure. The field itself is left as it was typed: input methods count on it. */
import type { PaperItem } from '$shared/api/types';

const BREAKS = /\r\n?|[\u2028\u2029]/g;
/** What the server refuses: control characters, halves of characters, and what turns the direction of the words around it. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** The text as it is sent: composed characters, no control characters, lines in essays alone. Blanks alone are no answer. */
export function clean(raw: string, kind: PaperItem['kind']): string {
  const lines = raw.replace(BREAKS, '\n').replaceAll('\t', ' ').split('\n');
  const text = lines.map((line) => line.replace(UNWRITABLE, '').normalize('NFC')).join(kind === 'essay' ? '\n' : ' ');
  return text.trim() === '' ? '' : text;
}

/** Characters as the server counts them: code points. */
export const lengthOf = (text: string): number => [...text].length;
