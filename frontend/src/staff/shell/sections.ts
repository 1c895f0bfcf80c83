/** The sections of the staff entry and who may open them. */
import type { Me, Role } from '$shared/api/types';
import type { IconName } from '../parts/icons';

export type SectionName = 'bank' | 'review' | 'contests' | 'incidents' | 'marking' | 'board';
export interface Section {
  name: SectionName;
  icon: IconName;
  roles: readonly Role[];
  /** The pages that belong to it. */
  pages: readonly string[];
}

export const SECTIONS: readonly Section[] = [
  { name: 'bank', icon: 'bank', roles: ['organizer'], pages: ['bank', 'question', 'newQuestion'] },
  { name: 'review', icon: 'review', roles: ['organizer'], pages: ['review'] },
  { name: 'contests', icon: 'contest', roles: ['organizer'], pages: ['contests', 'contest', 'boards', 'voidings', 'flags', 'audit'] },
  { name: 'incidents', icon: 'key', roles: ['organizer'], pages: ['incidents', 'newRegrade', 'regrade'] },
  { name: 'marking', icon: 'draft', roles: ['organizer'], pages: ['marking'] },
  { name: 'board', icon: 'board', roles: ['board', 'organizer'], pages: ['board'] },
];

/** The sections a person may open, in their order. */
export const sectionsOf = (me: Me | null | undefined): Section[] =>
  SECTIONS.filter((section) => section.roles.some((role) => me?.roles.includes(role)));

export const sectionOfPage = (page: string): Section | null => SECTIONS.find((section) => section.pages.includes(page)) ?? null;
