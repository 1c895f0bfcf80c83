/** What a question of a result says of its answer. Pure. */
import type { ResultItem } from '$shared/api/types';

type Answered = Pick<ResultItem, 'text' | 'options'>;

export const isOpen = (item: Answered): boolean => !(item.text ?? '').trim() && !item.options.some((option) => option.is_chosen);
/** What an essay was given; null while that is to come. One that was left empty is never marked: it is worth nothing. */
export const essayPoints = (item: Answered & Pick<ResultItem, 'points'>): number | null => item.points ?? (isOpen(item) ? 0 : null);
