/** What a set is called: by the keys it corrects, or by the marks it enters where it does nothing else. */
import { formatNumber } from '$shared/i18n/format';
import type { RegradeLine } from './calls';
import { t } from './words';

export const isMarksAlone = (line: RegradeLine): boolean => line.entered_essays !== null && line.changes.length === 0;
export const titleOf = (line: RegradeLine): string => t(isMarksAlone(line) ? 'set.marks_title' : 'set.title', formatNumber(line.target_key_version));
