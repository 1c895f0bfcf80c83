/** Before an attempt, in English. */
import type { Translation } from '$shared/i18n/language.svelte';
import type { Words } from './words.before.vi';

const words: Translation<Words> = {
  'before.title': 'Before you start',
  'before.clock': 'The clock starts when the paper appears',
  'before.rule_count': (n, min) => `${n} questions${min ? ` in ${min} minutes` : ''}, by the server's clock.`,
  'before.rule_saved': 'A choice is saved at once, writing whenever you pause. The line at the top always says how many answers are saved.',
  'before.rule_offline': 'If the connection drops, go on: answers stay on this device and are sent later.',
  'before.rule_resume': 'You may close the page or change device and continue, but the clock goes on.',
  'before.rule_end': 'When time is up, what is saved is handed in. After that nothing can be changed.',
  'before.attempt': (n, of) => `Attempt ${n} of ${of} this round.`,
  'before.counts_best_then_earliest': 'The better one counts.',
  'before.counts_last': 'The one handed in last counts.',
  'before.counts_first': 'The one handed in first counts.',
  'before.age': (years) => `This contest is for people of ${years} and over: state your date of birth in your profile first.`,
  'before.to_birth_date': 'State your date of birth',
  'before.to_identity': 'State your identity number',
  'before.check': 'Connection check',
  'before.server': 'Server',
  'before.socket': 'Fast saving',
  'before.device': 'Memory on this device',
  'check.running': 'trying',
  'check.server_ok': (ms) => `answers in ${ms} ms`,
  'check.server_bad': 'no answer yet',
  'check.socket_ok': 'open',
  'check.socket_bad': 'blocked; the ordinary way is used: a little slower, just as safe',
  'check.device_ok': 'keeps answers while offline',
  'check.device_bad': 'the browser keeps nothing: do not close the page while answers wait',
  'before.place': (n) => `You are number ${n} in the line`,
  'before.line': 'The clock is not running; stay on this page. The paper appears when it is your turn.',
  'before.start': 'Start',
  'before.later': 'Later',
  'before.to_profile': 'Choose your ward',
  'before.no_left': 'All attempts of this round are used.',
};
export default words;
