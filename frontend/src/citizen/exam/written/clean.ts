/** What becomes of words before they travel. Pure. The field itself is left as it was typed: input methods count on it. */
import type { PaperItem } from '$shared/api/types';

const BREAKS = /\r\n?|[\u2028\u2029]/g;
/** Control characters, halves of characters, and what is invisible: the server refuses some of it, and nobody means any. */
const UNWRITABLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** The text as it is sent: composed characters, none that cannot be seen, lines in essays alone. Blanks alone are no answer. */
export function clean(raw: string, kind: PaperItem['kind']): string {
  const lines = raw.replace(BREAKS, '\n').replaceAll('\t', ' ').split('\n');
  const text = lines.map((line) => line.replace(UNWRITABLE, '').normalize('NFC')).join(kind === 'essay' ? '\n' : ' ');
  return text.trim() === '' ? '' : text;
}

/** Characters as the server counts them: code points. */
export const lengthOf = (text: string): number => [...text].length;
