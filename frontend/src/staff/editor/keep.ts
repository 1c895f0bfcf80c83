/** Text that has not reached the server, kept on this device. */
import type { QuestionContent } from '../api';
import { emptyContent } from './content';

const name = (uuid: string | null): string => `hoithi.staff.draft.${uuid ?? 'new'}`;

export const keep = {
  read(uuid: string | null): QuestionContent | null {
    try {
      const kept = JSON.parse(localStorage.getItem(name(uuid)) ?? 'null') as Partial<QuestionContent> | null;
      // An earlier build may have kept it, when questions had fewer parts.
      return kept && { ...emptyContent(''), ...kept };
    } catch {
      return null;
    }
  },
  write(uuid: string | null, content: QuestionContent): void {
    // A full or forbidden storage must not stop the writing.
    try {
      localStorage.setItem(name(uuid), JSON.stringify(content));
    } catch {
      return;
    }
  },
  drop(uuid: string | null): void {
    localStorage.removeItem(name(uuid));
  },
};
