/** The socket's messages as the server's own tests know them: one file, read by both sides. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AnswerLink, type SocketLike } from './link';

interface Vectors {
  client: { name: string; text: string; frame: { t: string; seq: number; item: number; choice: number[]; text: string; prediction: number | null } }[];
  server: { name: string; text: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../../../tests/vectors/attempt-socket.json', import.meta.url), 'utf8')) as Vectors;

function linkWith(waiting: { item: number; seq: number; choice?: number[]; text?: string }[]) {
  const sent: string[] = [];
  const heard: unknown[] = [];
  const socket: SocketLike = { readyState: 1, onmessage: null, onclose: null, send: (text) => sent.push(text), close: () => undefined };
  const link = new AnswerLink({
    openSocket: () => socket,
    post: () => Promise.reject(new Error('not used')),
    waiting: () => waiting,
    onState: (state) => heard.push(state),
    onHello: (hello) => heard.push(['hello', hello.saved]),
    onSaved: (item, seq) => heard.push(['saved', item, seq]),
    onRefused: (item, seq, code) => heard.push(['refused', item, seq, code]),
  });
  link.start();
  const say = (text: string): void => socket.onmessage?.({ data: text } as MessageEvent);
  return { link, sent, heard, say };
}
const text = (name: string): string => vectors.server.find((message) => message.name === name)?.text ?? '';

describe('frames sent', () => {
  it.each(vectors.client.filter(({ frame }) => frame.t === 'answer' || frame.t === 'text'))('$name', ({ text: wanted, frame }) => {
    const { link, sent, say } = linkWith([frame]);
    say(text('hello'));
    link.stop();

    expect(sent).toEqual([wanted]);
  });

  it.each(vectors.client.filter(({ frame }) => frame.t === 'submit'))('$name', ({ text: wanted, frame }) => {
    const { link, sent, say } = linkWith([]);
    const ping = vectors.client.find((message) => message.name === 'ping')?.text;
    say(text('hello'));
    link.submit(frame.prediction, 1_000, { onEnded: () => undefined, onDoubt: () => undefined });
    link.stop();

    expect(sent).toEqual([ping, wanted]);
  });
});

describe('messages heard', () => {
  it.each([
    ['hello', [['hello', [{ item: 7, seq: 12, choice: [2] }]], 'live']],
    ['hello with words', [['hello', [{ item: 7, seq: 12, text: 'Hà Nội' }]], 'live']],
    ['saved', [['saved', 7, 12]]],
    ['superseded', [['saved', 7, 15]]],
    ['seq_conflict', [['refused', 7, 12, 'seq_conflict']]],
    ['seq_conflict of words', [['refused', 7, 12, 'seq_conflict']]],
    ['err', [['refused', 7, 12, 'unknown_item']]],
    ['err to send again', []],
    ['err for too many frames', []],
    ['submitted', ['closed']],
    ['submitted, result later', ['closed']],
    ['pong', []],
    ['closed', ['elsewhere']],
  ])('%s', (name, wanted) => {
    const { link, heard, say } = linkWith([{ item: 7, seq: 12, choice: [2] }]);
    say(text(name));
    link.stop();

    expect(heard).toEqual(wanted);
  });

  it('covers every message the server can send', () => {
    expect(vectors.server.map((message) => message.name).sort()).toEqual(
      ['closed', 'err', 'err for too many frames', 'err to send again', 'hello', 'hello with words', 'pong', 'saved', 'seq_conflict', 'seq_conflict of words', 'submitted', 'submitted, result later', 'superseded'],
    );
  });
});
