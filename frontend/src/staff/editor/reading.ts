/** When two short answers say the same. Pure; as the server's `core.written.reading`, held together by shared vectors. */

/** As the server's rules. */
export const ACCEPTED_MAX = 10;
export const SHORT_TEXT_MAX = 200;
export const ESSAY_MAX = 5_000;

/** The server's white space: `\s` has a byte order mark more, and no separators of files and lines. */
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
/** What nobody sees: soft hyphens, joiners, marks of byte order and of direction. */
const INVISIBLE = /\p{Cf}/gu;
/** Icelandic letters that some keyboards and scans write for those of Vietnamese. */
const LOOKALIKES = /[\u00d0\u00f0]/g;
/** The tone of oa, oe and uy is written on either letter: "hoà" and "hòa" are one word. */
const TONE_LATE = /([ou])([aey])([\u0300\u0301\u0303\u0309\u0323])(?![a-z])/g;
const AROUND = /^[ .,;:!?"'“”‘’()]+|[ .,;:!?"'“”‘’()]+$/g;

/** Letter case, spaces, signs around an answer and what is invisible do not count; diacritics and signs within it do. */
export const reading = (text: string): string =>
  text.replace(INVISIBLE, '').normalize('NFD').toLowerCase().replace(LOOKALIKES, 'đ').replace(SPACES, ' ').replace(TONE_LATE, '$1$3$2').normalize('NFC').replace(AROUND, '');

/** For each text the index of an earlier one that reads the same, or null. What reads as nothing is like nothing. */
export function earlierAlike(texts: readonly string[]): (number | null)[] {
  const read = texts.map(reading);
  return read.map((one, i) => {
    const first = read.indexOf(one);
    return one && first < i ? first : null;
  });
}

/** The index of the text that an answer counts as, or -1. */
export const countsAs = (answer: string, accepted: readonly string[]): number => (reading(answer) ? accepted.map(reading).indexOf(reading(answer)) : -1);
