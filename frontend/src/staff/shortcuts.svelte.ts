/** Single-letter keys, which a person may switch off: speech input and trembling hands press them unasked. */
const STORED = 'hoithi.staff.shortcuts';
let enabled = $state(typeof localStorage === 'undefined' || localStorage.getItem(STORED) !== 'off');

export const shortcuts = {
  get enabled(): boolean {
    return enabled;
  },
  set enabled(on: boolean) {
    enabled = on;
    localStorage.setItem(STORED, on ? 'on' : 'off');
  },
};

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The plain letter of a key press that is meant as a shortcut, or null. */
export function letterOf(event: KeyboardEvent): string | null {
  if (!enabled || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return null;
  return event.key.toLowerCase();
}
