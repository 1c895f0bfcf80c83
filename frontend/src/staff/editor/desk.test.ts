import { beforeEach, expect, it, vi } from 'vitest';
import { stubStorage } from '$shared/storage.stand';
import { type Question, staff } from '../api';
import { emptyContent } from './content';
import { Desk } from './desk.svelte';

const stored = new Map<string, string>();
const QUESTION = { ...emptyContent('kinh-te'), uuid: 'u', state: 'draft', stem: 'Năm nào?', etag: '1' } as unknown as Question;

beforeEach(() => {
  stubStorage(stored, 'an');
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
  vi.spyOn(staff, 'question').mockResolvedValue(QUESTION);
});

async function opened(): Promise<Desk> {
  const desk = new Desk(() => undefined);
  desk.touched(); // as the page's first effect does, before anything is read
  await desk.open('u');
  desk.touched();
  return desk;
}

it('what is typed back to what is stored is kept no more', async () => {
  const desk = await opened();
  desk.draft.stem = 'Năm nào vậy?';
  desk.touched();
  expect([...stored.keys()]).toEqual(['hoithi.staff.draft.an.u']);

  desk.draft.stem = 'Năm nào?';
  desk.touched();
  expect([...stored.keys()]).toEqual([]);
  desk.stop();
});

it('what an earlier visit has left is offered, not dropped by opening the question', async () => {
  const kept = { ...emptyContent('kinh-te'), stem: 'Năm 2022 có gì?' };
  stored.set('hoithi.staff.draft.an.u', JSON.stringify(kept));
  const desk = await opened();

  expect([desk.kept, [...stored.keys()]]).toEqual([kept, ['hoithi.staff.draft.an.u']]);
  desk.stop();
});
