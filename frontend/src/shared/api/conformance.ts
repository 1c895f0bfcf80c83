/**
 * The generated schema must fit the shapes the pages use: this file has no code and fails the type check otherwise.
 * The pages' shapes are kept by hand, with the narrower values and the comments that a schema cannot carry.
 */
import type { components } from './schema';
import type * as page from './types';

type Schemas = components['schemas'];
/** What the server sends (left) can be read as what a page expects (right). */
type Fits<Sent extends Expected, Expected> = Sent;

export type Checked = [
  Fits<Schemas['MeOutput'], page.Me>,
  Fits<Schemas['ConsentTextOutput'], page.ConsentText>,
  Fits<Schemas['UnitOutput'], page.Unit>,
  Fits<Schemas['UnitMatchOutput'], page.FoundUnit>,
  Fits<Schemas['ContestListOutput'], page.ContestList>,
  Fits<Schemas['ContestDetailOutput'], page.Contest>,
  Fits<Schemas['AttemptOutput'], page.Attempt>,
  Fits<Schemas['WaitingOutput'], page.InLine>,
  Fits<Schemas['AnswersOutput'], page.AnswersAck>,
  Fits<Schemas['SubmittedOutput'], page.SubmitAck>,
  Fits<Schemas['ResultOutput'], page.Result>,
  Fits<Schemas['StandingsOutput'], page.Standings>,
  Fits<Schemas['ParticipationOutput'], page.Participation<number | null>>,
];
