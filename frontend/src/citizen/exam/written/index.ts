/** What only papers that want words need. Loaded before such a paper is shown, and kept for the time without a network. */
import { Writing, type WritingParts } from './writing.svelte';

export { default as AsideNotes } from './AsideNotes.svelte';
export { default as WrittenQuestion } from './Question.svelte';
export const makeWriting = (parts: WritingParts): Writing => new Writing(parts);
