import { describe, expect, it } from 'vitest';
import { acknowledge, choiceOf, choose, markOf, openJournal, refresh, refuse, tally, newestOf, toSend, write } from './journal';

const answer = (item: number, seq: number, ...choice: number[]) => ({ item, seq, choice });

describe('openJournal', () => {
  it('numbers the next choice after everything seen, on the server or on this device', () => {
    const journal = openJournal([answer(1, 7, 2)], [answer(2, 9, 1)]);

    const [, made] = choose(journal, 3, [4]);

    expect(made).toEqual(answer(3, 10, 4));
  });

  it('drops a kept answer that the server already holds at the same or a higher seq', () => {
    const journal = openJournal([answer(1, 5, 2), answer(2, 6, 3)], [answer(1, 5, 2), answer(2, 4, 1), answer(3, 7, 1)]);

    expect(toSend(journal)).toEqual([answer(3, 7, 1)]);
    expect(choiceOf(journal, 2)).toEqual([3]);
  });

  it('keeps the newest of several kept answers of one item', () => {
    expect(toSend(openJournal([], [answer(1, 3, 1), answer(1, 8, 4), answer(1, 5, 2)]))).toEqual([answer(1, 8, 4)]);
  });
});

describe('choose and acknowledge', () => {
  it('shows a choice as saved only after the ack of exactly that choice', () => {
    const [first] = choose(openJournal([], []), 1, [2]);
    const [second] = choose(first, 1, [3]);

    const early = acknowledge(second, 1, 1);
    const late = acknowledge(early, 1, 2);

    expect([markOf(second, 1), markOf(early, 1), markOf(late, 1)]).toEqual(['waiting', 'waiting', 'saved']);
    expect(choiceOf(late, 1)).toEqual([3]);
  });

  it('changes nothing when an ack is heard twice', () => {
    const [made] = choose(openJournal([], []), 1, [2]);
    const once = acknowledge(made, 1, 1);

    expect(acknowledge(once, 1, 1)).toEqual(once);
  });

  it('asks for a fresh copy when the server holds a newer answer than any made here', () => {
    const [made] = choose(openJournal([], []), 1, [2]);

    const behind = acknowledge(made, 1, 6);

    expect(behind).toEqual({ saved: new Map(), waiting: new Map(), top: 6, isBehind: true });
    expect(choiceOf(refresh(behind, [answer(1, 6, 4)]), 1)).toEqual([4]);
  });

  it('sorts the options of a choice, so that the same choice is always written the same way', () => {
    expect(choose(openJournal([], []), 1, [4, 1])[1].choice).toEqual([1, 4]);
  });
});

describe('refresh', () => {
  it('keeps choices that still wait and never lowers the seq', () => {
    const [made] = choose(openJournal([answer(1, 4, 1)], []), 2, [3]);

    const after = refresh(made, [answer(1, 4, 1)]);

    expect(toSend(after)).toEqual([answer(2, 5, 3)]);
    expect(after.top).toBe(5);
  });

  it('takes a list older than an ack already heard without going back', () => {
    const [made] = choose(openJournal([], []), 1, [2]);
    const held = acknowledge(made, 1, 1);

    expect(markOf(refresh(held, []), 1)).toBe('saved');
  });
});

describe('refuse', () => {
  it('stops sending the refused answer and shows what the server holds', () => {
    const [made] = choose(openJournal([answer(1, 1, 4)], []), 1, [2]);

    const after = refuse(made, 1, 2);

    expect([toSend(after), choiceOf(after, 1)]).toEqual([[], [4]]);
  });

  it('leaves a newer choice alone', () => {
    const [one] = choose(openJournal([], []), 1, [2]);
    const [two] = choose(one, 1, [3]);

    expect(refuse(two, 1, 1)).toBe(two);
  });
});

describe('tally', () => {
  it('counts saved and waiting apart, and takes an emptied choice as unanswered', () => {
    const opened = openJournal([answer(1, 1, 2), answer(2, 2, 1)], []);
    const [emptied] = choose(opened, 2, []);
    const [made] = choose(emptied, 3, [1]);

    expect(tally(made, [1, 2, 3, 4])).toEqual({ saved: 1, waiting: 2, unanswered: [2, 4] });
  });
});

describe('words', () => {
  it('have one order of seqs with the choices, and only the newest of an item waits', () => {
    const [chosen] = choose(openJournal([], []), 1, [2]);
    const [first] = write(chosen, 2, 'Hà');
    const [second] = write(first, 2, 'Hà Nội');

    expect(toSend(second)).toEqual([answer(1, 1, 2), { item: 2, seq: 3, text: 'Hà Nội' }]);
    expect(newestOf(second, 2)?.text).toBe('Hà Nội');
  });

  it('are saved only when exactly this text was confirmed, and not while the field holds another', () => {
    const [first] = write(openJournal([], []), 1, 'Hà');
    const [second] = write(first, 1, 'Hà Nội');
    const saved = acknowledge(second, 1, 2);

    expect([markOf(acknowledge(second, 1, 1), 1), markOf(saved, 1), markOf(saved, 1, new Map([[1, 'Hà Nội 2']]))]).toEqual(['waiting', 'saved', 'waiting']);
  });

  it('count as an answer unless they are empty, in the field before they are in the journal', () => {
    const opened = openJournal([{ item: 1, seq: 1, text: 'a' }, { item: 2, seq: 2, text: '' }], []);

    expect(tally(opened, [1, 2, 3])).toEqual({ saved: 1, waiting: 0, unanswered: [2, 3] });
    expect(tally(opened, [1, 2, 3], new Map([[1, ''], [3, 'b']]))).toEqual({ saved: 0, waiting: 2, unanswered: [1, 2] });
  });
});
