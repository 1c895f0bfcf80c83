/** What a link is tried against in tests: wires that the test drives, and a journal. */
import { vi } from 'vitest';
import { ApiError } from '$shared/api/errors';
import type { AnswersAck } from '$shared/api/types';
import { acknowledge, choose, type Journal, openJournal, refresh, toSend, write } from './journal';
import { AnswerLink, type LinkState, type SocketLike } from './link';

/** The far end of a socket, driven by the test. */
export class Wire implements SocketLike {
  readyState = 0;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  sent: unknown[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  say(message: object): void {
    this.readyState = 1;
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }
  hello(saved: object[] = []): void {
    this.say({ t: 'hello', server_time: '2026-11-22T08:00:00+07:00', deadline_at: '2026-11-22T08:15:00+07:00', saved });
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

export function setUp(post: (answers: unknown[]) => Promise<AnswersAck> = () => Promise.reject(new ApiError('network', '', 0)), random = 0.5) {
  let journal: Journal = openJournal([], []);
  const wires: Wire[] = [];
  const states: LinkState[] = [];
  const refused: unknown[] = [];
  const posted = vi.fn(post);
  const link = new AnswerLink({
    openSocket: () => {
      wires.push(new Wire());
      return wires.at(-1) as Wire;
    },
    post: posted,
    waiting: () => toSend(journal),
    random: () => random,
    onState: (state) => states.push(state),
    onHello: (hello) => (journal = refresh(journal, hello.saved)),
    onSaved: (item, seq) => (journal = acknowledge(journal, item, seq)),
    onRefused: (...what) => refused.push(what),
  });
  const pick = (item: number, ...choice: number[]): void => {
    const [next, answer] = choose(journal, item, choice);
    journal = next;
    link.push(answer);
  };
  const type = (item: number, text: string): void => {
    const [next, answer] = write(journal, item, text);
    journal = next;
    link.push(answer);
  };
  link.start();
  return { link, wires, states, refused, posted, pick, type, waiting: () => toSend(journal) };
}
export const frame = (item: number, seq: number, ...choice: number[]) => ({ t: 'answer', seq, item, choice });
export const acked = (answers: unknown[]): Promise<AnswersAck> =>
  Promise.resolve({ saved: answers as AnswersAck['saved'], refused: [], server_time: '2026-11-22T08:00:00+07:00' });
