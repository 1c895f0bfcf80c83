/** What a screen reader is told of the mark at a field: politely, and only of what lasts. */
import type { Mark } from '../journal';

/** Words that are saved are said to be when the person has paused; words that are not, when that lasts longer than it should. */
const SAVED_MS = 1_500;
const WAITING_MS = 8_000;

export class Spoken {
  /** The mark to tell; `empty` tells nothing. */
  mark = $state<Mark>('empty');
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `before`: how the field is met, which the page tells by itself. */
  constructor(private before: Mark) {}

  /** The mark at the field now. The returned function ends the telling. */
  hear(mark: Mark): () => void {
    clearTimeout(this.timer);
    if (mark !== this.before) {
      this.before = mark;
      // A region tells its changes: saved once more is told once more.
      if (mark !== 'saved') this.mark = 'empty';
      this.timer = setTimeout(() => (this.mark = mark), mark === 'saved' ? SAVED_MS : WAITING_MS);
    }
    return () => clearTimeout(this.timer);
  }
}
