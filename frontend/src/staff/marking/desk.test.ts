import { beforeEach, expect, it, vi } from 'vitest';
import { session } from '$shared/api/session.svelte';
import { stubStorage } from '$shared/storage.stand';
import { marking, type Sheet } from './calls';
import { Desk } from './desk.svelte';

const stored = new Map<string, string>();
const sheet = (mine: number | null): Sheet => ({
  sheet: 's', stem: '', guide: '', citations: [], text: 'Bài', most: 8400, step: 210, is_deciding: false,
  mine: mine === null ? null : { points: mine, remark: 'đã lưu', is_entered: false },
});

/** What a person finds in the form who opens the essay at this computer. */
async function open(person: string, mine: number | null, type?: [string, string]): Promise<[string, string]> {
  vi.spyOn(session, 'person', 'get').mockReturnValue(person);
  vi.spyOn(marking, 'sheet').mockResolvedValue(sheet(mine));
  const desk = new Desk('hoi-thi');
  await desk.open('s');
  const found: [string, string] = [desk.text, desk.remark];
  if (type) {
    [desk.text, desk.remark] = type;
    desk.keep();
  }
  return found;
}

beforeEach(() => {
  stubStorage(stored, 'an');
  vi.spyOn(marking, 'read').mockReturnValue(new Promise(() => undefined));
});

it('two markers at one computer see each their own', async () => {
  await open('an', null, ['7,25', 'chép bài?']);

  expect(await open('binh', null)).toEqual(['', '']);
  expect(await open('an', null)).toEqual(['7,25', 'chép bài?']);
});

it('what was typed over a mark that has become another is dropped', async () => {
  await open('an', 4200, ['9', '']);

  expect(await open('an', 4200)).toEqual(['9', '']);
  expect(await open('an', 5040)).toEqual(['6', 'đã lưu']);
  expect(await open('an', 4200)).toEqual(['5', 'đã lưu']);
});

it('what is typed back to what is stored is kept no more', async () => {
  await open('an', 4200, ['9', '']);
  await open('an', 4200, ['5', 'đã lưu']);
  await open('binh', null, ['', '']);

  expect([...stored.keys()]).toEqual([]);
});
