/** What the three steps of sign-up gather, and which step mends which error. Pure. */
import type { Unit } from '$shared/api/types';

export interface Draft {
  email: string;
  password: string;
  display_name: string;
  ward: Unit | null;
  workplace: Unit | null;
  consent: boolean;
}
export type Problem = 'email' | 'password' | 'display_name' | 'ward' | 'consent';
export type Errors = Partial<Record<Problem, string>>;
export type Step = 1 | 2 | 3;

const STEP_OF: Record<Problem, Step> = { email: 1, password: 1, display_name: 1, ward: 2, consent: 3 };

/** The checks a phone can make; the server makes them all again. */
export function problems(draft: Draft): Problem[] {
  const found: Problem[] = [];
  if (!/^\S+@\S+\.\S+$/.test(draft.email.trim())) found.push('email');
  if (draft.password.length < 8) found.push('password');
  if (draft.display_name.trim().length < 2) found.push('display_name');
  if (!draft.ward) found.push('ward');
  if (!draft.consent) found.push('consent');
  return found;
}

export function problemsOf(step: Step, draft: Draft): Problem[] {
  return problems(draft).filter((problem) => STEP_OF[problem] === step);
}

/** The first step on which one of these can be mended. */
export function stepFor(errors: Errors): Step | null {
  const steps = (Object.keys(errors) as Problem[]).map((problem) => STEP_OF[problem]);
  return steps.length ? (Math.min(...steps) as Step) : null;
}
