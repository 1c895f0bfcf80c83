import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptSession } from '../attempt.svelte';
import { attentive, Device, MINUTE, OpenSocket, paper, sit, stand, useStand, WORDS } from '../attempt.stand';
import type { Answer } from '../journal';
import type { Store } from '../store';
import { makeWriting } from './index';
import type { Writing } from './writing.svelte';

useStand();

describe('AttemptSession with words', () => {
  const texts = (): unknown[] => OpenSocket.last.sent.filter(({ t }) => t === 'text');
  const text = (item: number, seq: number, written: string) => ({ t: 'text', seq, item, text: written });
  const open = async (saved: Answer[] = [], device: Store = new Device()): Promise<AttemptSession & { writing: Writing }> =>
    (await sit(paper(WORDS, saved), device, makeWriting)) as AttemptSession & { writing: Writing };

  beforeEach(() => {
    vi.stubGlobal('WebSocket', OpenSocket);
    OpenSocket.hears = attentive;
  });

  it('is unsaved with the first key, sent when the person pauses, and saved when that text is confirmed', async () => {
    const session = await open();
    session.writing.type(2, 'Hà', false);
    const marks = [session.mark(2)];
    await vi.advanceTimersByTimeAsync(600);
    session.writing.type(2, 'Hà Nội', false);
    await vi.advanceTimersByTimeAsync(690);
    marks.push(session.mark(2));
    expect(texts()).toEqual([]);
    await vi.advanceTimersByTimeAsync(15);
    marks.push(session.mark(2));
    await vi.advanceTimersByTimeAsync(50);

    expect([...marks, session.mark(2)]).toEqual(['waiting', 'waiting', 'waiting', 'saved']);
    expect(texts()).toEqual([text(2, 1, 'Hà Nội')]);
  });

  it('is saved within five seconds although the person types on and on', async () => {
    const session = await open();
    for (let i = 0; i < 12; i += 1) {
      session.writing.type(3, 'a'.repeat(i + 1), false);
      await vi.advanceTimersByTimeAsync(500);
    }

    expect(texts()).toEqual([text(3, 1, 'a'.repeat(10))]);
  });

  it('is saved between two syllables where an input method composes without a pause', async () => {
    const session = await open();
    for (let i = 1; i < 30; i += 1) {
      session.writing.type(3, String(i), true);
      await vi.advanceTimersByTimeAsync(200);
      session.writing.type(3, String(i), false);
      await vi.advanceTimersByTimeAsync(1);
    }

    expect(texts().length).toBe(1);
  });

  it('sends nothing while an input method composes a syllable, and leaves the field as it was typed', async () => {
    const session = await open();
    const raw = 'Ha\u0300 No\u0323\u0302i';
    session.writing.type(2, 'Haf', true);
    await vi.advanceTimersByTimeAsync(20_000);
    const before = [texts(), session.mark(2)];
    session.writing.type(2, raw, false);
    await vi.advanceTimersByTimeAsync(800);

    expect(before).toEqual([[], 'waiting']);
    expect([texts(), session.writing.text(2), session.mark(2)]).toEqual([[text(2, 1, 'Hà Nội')], raw, 'saved']);
    session.writing.leave(2);
    expect(session.writing.text(2)).toBe('Hà Nội');
  });

  it('is sent when the field or the question is left, and before the hand-in', async () => {
    const session = await open();
    session.writing.type(2, 'a', false);
    session.writing.leave(2);
    await vi.advanceTimersByTimeAsync(1);
    session.writing.type(2, 'b', true);
    session.writing.leave(2);
    session.writing.type(3, 'c', true);
    void session.submit();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(OpenSocket.last.sent.map(({ t, item }) => [t, item])).toEqual([['text', 2], ['text', 3], ['text', 2], ['ping', undefined], ['submit', undefined]]);
    expect([session.stage, session.lostCount]).toEqual(['done', 0]);
  });

  it('seals at the deadline: what was typed before it goes out, what comes after is not taken', async () => {
    const session = await open();
    await vi.advanceTimersByTimeAsync(MINUTE - 160);
    session.writing.type(3, 'Trong giờ', true);
    await vi.advanceTimersByTimeAsync(100);
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 200);
    session.writing.type(3, 'Ngoài giờ', false);
    vi.restoreAllMocks();
    await vi.advanceTimersByTimeAsync(1_500);

    expect([texts(), session.stage]).toEqual([[text(3, 1, 'Trong giờ')], 'done']);
  });

  it('does not send what is too long, says so, and does not let a hand-in pass over it', async () => {
    const session = await open();
    session.writing.type(2, 'a'.repeat(20), false);
    await vi.advanceTimersByTimeAsync(1_000);
    session.writing.type(2, 'a'.repeat(23), false);
    await vi.advanceTimersByTimeAsync(9_000);

    expect([texts(), session.writing.over(2), session.mark(2), session.writing.text(2)]).toEqual([[text(2, 1, 'a'.repeat(20))], 3, 'waiting', 'a'.repeat(23)]);
    expect([await session.submit(), session.stage]).toEqual([false, 'open']);
  });

  it('shows what another device saved under the same seq, and offers this device\'s text', async () => {
    const session = await open();
    stand.server.stored = [{ item: 2, seq: 1, text: 'Huế' }];
    OpenSocket.hears = ({ t, seq, item }, socket) => t === 'text' && seq === 1 && socket.say({ t: 'err', code: 'seq_conflict', ref: seq, item, stored: { seq, text: 'Huế' } });
    session.writing.type(2, 'Hà Nội', false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([session.writing.text(2), session.mark(2), [...session.writing.aside]]).toEqual(['Huế', 'saved', [[2, ['Hà Nội']]]]);

    OpenSocket.hears = attentive;
    session.writing.decide(2, 'Hà Nội', true);
    await vi.advanceTimersByTimeAsync(100);

    expect([session.writing.text(2), session.mark(2), session.writing.aside.size]).toEqual(['Hà Nội', 'saved', 0]);
    expect(texts()).toEqual([text(2, 1, 'Hà Nội'), text(2, 2, 'Hà Nội')]);
  });

  it('shows a newer text of another device after superseded, and lets this one\'s go when asked', async () => {
    const session = await open();
    stand.server.stored = [{ item: 2, seq: 9, text: 'Huế' }];
    OpenSocket.hears = ({ t, seq, item }, socket) => t === 'text' && socket.say({ t: 'saved', item, seq: 9, superseded: true, ref: seq });
    session.writing.type(2, 'Hà Nội', false);
    await vi.advanceTimersByTimeAsync(1_000);
    const aside = [...session.writing.aside];
    session.writing.decide(2, 'Hà Nội', false);

    expect([aside, session.writing.text(2), session.mark(2), session.writing.aside.size]).toEqual([[[2, ['Hà Nội']]], 'Huế', 'saved', 0]);
  });

  it('finds words again after a reload: what waited, what was only typed, and what another device overtook', async () => {
    const device = new Device();
    OpenSocket.hears = () => undefined;
    const session = await open([], device);
    session.writing.type(3, 'đã gửi, chưa nghe gì', false);
    await vi.advanceTimersByTimeAsync(800);
    session.writing.type(2, 'đang g', true);
    await vi.advanceTimersByTimeAsync(500);
    const [first, second] = [structuredClone(device.kept_marks), new Map(device.kept)];
    stand.stop();
    expect(first?.drafts).toEqual([{ item: 2, text: 'đang g', base: 0 }]);

    const again = Object.assign(new Device(), { kept: second, kept_marks: first });
    const reloaded = await open([], again);
    expect([reloaded.writing.text(2), reloaded.writing.text(3), reloaded.mark(2), reloaded.mark(3)]).toEqual(['đang g', 'đã gửi, chưa nghe gì', 'waiting', 'waiting']);
    stand.stop();

    const behind = Object.assign(new Device(), { kept: new Map(second), kept_marks: { ...first, flagged: [3], prediction: '15' } });
    const overtaken = await open([{ item: 2, seq: 7, text: 'máy khác' }, { item: 3, seq: 8, text: 'máy khác' }], behind);
    expect([overtaken.writing.text(2), overtaken.writing.text(3)]).toEqual(['máy khác', 'máy khác']);
    expect(new Map(overtaken.writing.aside)).toEqual(new Map([[2, ['đang g']], [3, ['đã gửi, chưa nghe gì']]]));
    expect([behind.kept_marks?.flagged, behind.kept_marks?.prediction, behind.kept_marks?.drafts?.length]).toEqual([[3], '15', 2]);
  });
});
