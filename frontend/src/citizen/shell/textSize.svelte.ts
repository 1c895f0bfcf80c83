/** Text size chosen by the reader, kept on this device. */
export const SIZES = ['normal', 'large', 'larger'] as const;
export type TextSize = (typeof SIZES)[number];

const STORED = 'hoithi.text';
const kept = localStorage.getItem(STORED) as TextSize | null;
let size = $state<TextSize>(kept && SIZES.includes(kept) ? kept : 'normal');
const apply = (): void => void (document.documentElement.dataset.text = size);
apply();

export const textSize = {
  get current(): TextSize {
    return size;
  },
  use(wanted: TextSize): void {
    size = wanted;
    localStorage.setItem(STORED, wanted);
    apply();
  },
};
