/** What voiding the chosen attempts does to their person, round by round: said before it is asked for. */
import type { Found, FoundAttempt } from './calls';

export type Outcome =
  | { kind: 'leaves'; round: string }
  | { kind: 'next'; round: string; correct: number; of: number }
  | { kind: 'another'; round: string }
  | { kind: 'entry'; round: string };

/** Voided ones are out of it already. With several chosen in a round the server alone knows which one follows. */
export function outcomes(attempts: readonly FoundAttempt[], chosen: ReadonlySet<string>): Outcome[] {
  const found: Outcome[] = [];
  for (const round of new Set(attempts.map((one) => one.round_title))) {
    const counted = attempts.filter((one) => one.round_title === round && !one.is_voided);
    const taken = counted.filter((one) => chosen.has(one.uuid));
    if (!taken.length) continue;
    const line = taken.find((one) => one.is_line);
    if (taken.length === counted.length) found.push({ kind: 'leaves', round });
    else if (!line) found.push({ kind: 'entry', round });
    else if (taken.length === 1 && line.next) found.push({ kind: 'next', round, correct: line.next.correct_count, of: line.next.item_count });
    else found.push({ kind: 'another', round });
  }
  return found;
}

type LookedUp = Found['attempts'][number];
export type Stake = { kind: 'prize' | 'undecided' | 'units'; round: string; prizes: string[] };

/** Which prizes the chosen attempts touch: the person's own, and, where they leave the round, those of units. */
export function stakes(attempts: readonly LookedUp[], chosen: ReadonlySet<string>): Stake[] {
  const found: Stake[] = [];
  for (const { kind, round } of outcomes(attempts, chosen)) {
    const one = attempts.find((each) => each.round_title === round);
    if (!one || kind === 'entry') continue;
    if (one.prize) found.push({ kind: one.prize.is_undecided ? 'undecided' : 'prize', round, prizes: one.prize.prizes });
    if (kind === 'leaves' && one.unit_prizes.length) found.push({ kind: 'units', round, prizes: one.unit_prizes });
  }
  return found;
}
