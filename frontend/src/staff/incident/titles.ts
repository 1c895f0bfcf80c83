/** What a set is called: by the keys it corrects, or by the marks it enters where it does nothing else. */
import { formatNumber } from '$shared/i18n/format';
import type { RegradeLine } from './calls';
import { t } from './words';

export const isMarksAlone = (line: RegradeLine): boolean => line.entered_essays !== null && line.changes.length === 0;
export const titleOf = (line: RegradeLine): string => t(isMarksAlone(line) ? 'set.marks_title' : 'set.title', formatNumber(line.target_key_version));
/** What follows from a set that is in force, and what is said when one is cancelled: a set of marks changes no key. */
export const appliedTextOf = (line: RegradeLine): string => t(isMarksAlone(line) ? 'truth.applied_marks' : 'truth.applied_text', formatNumber(line.base_key_version));
export const cancelTitleOf = (line: RegradeLine): string => t(isMarksAlone(line) ? 'cancel.confirm_marks' : 'cancel.confirm');
export const cancelDoneOf = (line: RegradeLine): string => t(isMarksAlone(line) ? 'cancel.done_marks' : 'cancel.done');
