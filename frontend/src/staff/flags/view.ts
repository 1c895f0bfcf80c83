/** Which round and kind the page looks at, as they stand in the address. Pure. */
import type { Round, Uuid } from '$shared/api/types';
import type { FlagKind } from './calls';

/** `device` is no flag of an attempt: it lists devices on which many accounts began. */
export type Kind = FlagKind | 'device';
export const KINDS = ['haste', 'seq_conflict', 'device'] as const satisfies readonly Kind[];

export interface View {
  /** Null where no round has begun. */
  round: Uuid | null;
  /** Null for every kind. */
  kind: Kind | null;
}
type Known = Pick<Round, 'uuid' | 'state'>;

/** Before a round opens there is nothing that could be flagged. */
export const begun = <R extends Known>(rounds: readonly R[]): R[] => rounds.filter((one) => one.state !== 'upcoming');

/** Read an address that anybody may have typed. The round that people ask about is the open one, else the last that closed. */
export function readView(search: URLSearchParams, rounds: readonly Known[]): View {
  const known = begun(rounds);
  const wanted = known.find((one) => one.uuid === search.get('round')) ?? known.find((one) => one.state === 'open') ?? known.at(-1);
  return { round: wanted?.uuid ?? null, kind: KINDS.find((one) => one === search.get('kind')) ?? null };
}
