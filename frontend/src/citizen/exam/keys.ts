/** What a key press means on the exam page. Pure. */

export type KeyAct = number | 'next' | 'previous' | 'flag' | 'review';
type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>;

const NAMED: Record<string, KeyAct> = { ArrowRight: 'next', n: 'next', ArrowLeft: 'previous', p: 'previous', f: 'flag', r: 'review' };

/** The index of an option (1-4, A-D), a move, or null for keys that are not ours. */
export function readKey(event: Press, optionCount: number): KeyAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const tag = (event.target as Element | null)?.tagName;
  const type = (event.target as HTMLInputElement | null)?.type;
  // Typing into a field is typing; radios and checkboxes are the options themselves.
  if (tag === 'TEXTAREA' || tag === 'SELECT' || (tag === 'INPUT' && type !== 'radio' && type !== 'checkbox')) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const index = /^[1-8]$/.test(key) ? Number(key) - 1 : 'abcdefgh'.indexOf(key);
  if (key.length === 1 && index >= 0 && index < optionCount) return index;
  return NAMED[key] ?? null;
}
