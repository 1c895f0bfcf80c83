import { describe, expect, it } from 'vitest';
import type { ParticipationRow } from '$shared/api/types';
import { compact, readView, searchRows, sortRows } from './view';

function row(name: string, people: number | null): ParticipationRow {
  return {
    unit: { id: name, facet: 'territory', code: name, name, type: 'phuong', parent_name: null, tile: null, area_km2: null, has_children: false },
    people,
    entries: people,
    all_correct: people,
    headcount: null,
    share: null,
    suppressed: people === null,
  };
}
const names = (rows: readonly ParticipationRow[]): string[] => rows.map((one) => one.unit.name);

describe('readView', () => {
  it('has defaults for an empty address and for values that cannot be', () => {
    const defaults = { contest: '', round: null, facet: 'territory', measure: 'people', sort: 'people', isDescending: true, q: '', unit: '' };

    expect(readView(new URLSearchParams())).toEqual(defaults);
    expect(readView(new URLSearchParams('facet=moon&measure=luck&sort=drop.table'))).toEqual({ ...defaults, isDescending: false });
  });

  it('reads scope, facet and sorting', () => {
    expect(readView(new URLSearchParams('contest=nq15&round=all&facet=party&measure=share&sort=name&q=ba&unit=u1'))).toEqual({
      contest: 'nq15',
      round: '',
      facet: 'party',
      measure: 'share',
      sort: 'name',
      isDescending: false,
      q: 'ba',
      unit: 'u1',
    });
  });
});

describe('sortRows', () => {
  const rows = [row('Yên Hòa', 5), row('Ba Đình', null), row('Đống Đa', 9), row('Cầu Giấy', 5)];

  it('puts unknown numbers last in both directions', () => {
    expect(names(sortRows(rows, 'people', true))).toEqual(['Đống Đa', 'Cầu Giấy', 'Yên Hòa', 'Ba Đình']);
    expect(names(sortRows(rows, 'people', false))).toEqual(['Cầu Giấy', 'Yên Hòa', 'Đống Đa', 'Ba Đình']);
  });

  it('sorts names as Vietnamese does: đ after d, before e', () => {
    expect(names(sortRows(rows, 'name', false))).toEqual(['Ba Đình', 'Cầu Giấy', 'Đống Đa', 'Yên Hòa']);
  });
});

describe('searchRows', () => {
  it('finds without accents', () => {
    expect(names(searchRows([row('Hoàn Kiếm', 1), row('Đống Đa', 1)], 'dong d'))).toEqual(['Đống Đa']);
  });
});

describe('compact', () => {
  it.each([
    [0, '0'],
    [950, '950'],
    [1200, '1,2k'],
    [2000, '2k'],
    [9999, '10k'],
    [12_345, '12k'],
    [999_600, '1tr'],
    [1_512_991, '1,5tr'],
  ])('writes %i as %s', (value, text) => {
    expect(compact(value, ',', 'tr')).toBe(text);
  });
});
