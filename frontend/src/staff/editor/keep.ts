/** Text that has not reached the server, kept on this device. */
import { unsent } from '$shared/unsent';
import type { QuestionContent } from '../api';
import { emptyContent } from './content';

const idOf = (uuid: string | null): string => uuid ?? 'new';

export const keep = {
  read(uuid: string | null): QuestionContent | null {
    const kept = unsent.read<QuestionContent>('draft', idOf(uuid));
    // A build that knew fewer parts of a question may have kept it.
    return kept && { ...emptyContent(''), ...kept };
  },
  write(uuid: string | null, content: QuestionContent): void {
    unsent.write('draft', idOf(uuid), content);
  },
  drop(uuid: string | null): void {
    unsent.drop('draft', idOf(uuid));
  },
};
