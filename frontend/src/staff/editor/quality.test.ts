import { describe, expect, it } from 'vitest';
import type { QuestionContent } from '../api';
import { emptyContent } from './content';
import { inspect } from './quality';

function question(changes: Partial<QuestionContent> = {}, texts = ['Năm 2030', 'Năm 2035', 'Năm 2040', 'Năm 2045']): QuestionContent {
  return {
    ...emptyContent('quan-diem-muc-tieu'),
    stem: 'Nghị quyết nêu tầm nhìn đến năm nào?',
    options: texts.map((text, i) => ({ option: i + 1, text })),
    key_options: [4],
    explanation: 'Tên của nghị quyết nêu tầm nhìn đến năm 2045.',
    citations: [{ document: '15-nq-tw-2022', clause_path: 'DAU', quote: '' }],
    ...changes,
  };
}

describe('inspect', () => {
  it('finds nothing in a sound question', () => {
    expect(inspect(question())).toEqual([]);
  });

  it('lists what an empty question lacks', () => {
    expect(inspect(emptyContent(''))).toEqual(['stem_missing', 'option_missing', 'key_missing', 'explanation_missing', 'citation_missing', 'topic_missing']);
  });

  it.each([
    ['stem_long', question({ stem: 'a'.repeat(241) })],
    ['stem_negative', question({ stem: 'Ý nào sau đây không phải là quan điểm?' })],
    ['option_duplicate', question({}, ['Hà Nội', 'Ha  noi', 'Huế', 'Vinh'])],
    ['key_several', question({ key_options: [1, 2] })],
    ['key_several', question({ kind: 'multiple', key_options: [1] })],
    ['key_all', question({ kind: 'multiple', key_options: [1, 2, 3, 4] })],
    ['length_tells', question({ key_options: [1] }, ['Văn hiến, văn minh, hiện đại và ngang tầm khu vực', 'Xanh', 'Sạch', 'Đẹp'])],
    ['all_of_above', question({ key_options: [1] }, ['Kinh tế', 'Văn hóa', 'Xã hội', 'Tất cả các phương án trên'])],
    ['quote_long', question({ citations: [{ document: 'd', clause_path: 'I', quote: 'từ '.repeat(16) }] })],
    ['valid_missing', question({}, ['7,5 %', '8 %', '8,5 %', '9 %'])],
  ])('finds %s', (finding, content) => {
    expect(inspect(content)).toEqual([finding]);
  });

  const short = (changes: Partial<QuestionContent> = {}) => question({ kind: 'short_text', options: [], key_options: [], accepted: ['2045', 'năm 2045'], ...changes });
  const essay = (changes: Partial<QuestionContent> = {}) => question({ kind: 'essay', options: [], key_options: [], ...changes });

  it('asks of each kind what it has', () => {
    expect([inspect(short()), inspect(essay())]).toEqual([[], []]);
    expect(inspect(short({ accepted: ['', ' '], explanation: '' }))).toEqual(['accepted_missing', 'explanation_missing']);
    expect(inspect(essay({ explanation: '', citations: [] }))).toEqual(['guide_missing', 'citation_missing']);
    // What was written for another kind is not asked about.
    expect(inspect(short({ options: [{ option: 1, text: '' }] }))).toEqual([]);
    expect(inspect(question({ accepted: [''] }))).toEqual([]);
  });

  it.each([
    ['accepted_unreadable', short({ accepted: ['2045', '...'] })],
    ['accepted_duplicate', short({ accepted: ['Hòa Lạc', 'HOÀ  lạc.'] })],
    ['accepted_in_stem', short({ accepted: ['tầm nhìn'] })],
    ['valid_missing', short({ accepted: ['7,5 %'] })],
  ])('finds %s in a short text', (finding, content) => {
    expect(inspect(content)).toEqual([finding]);
  });

  it('takes no word for a unit', () => {
    expect(inspect(short({ accepted: ['2', 'hai'] }))).toEqual([]);
    expect(inspect(short({ accepted: ['2 hai'] }))).toEqual([]);
    expect(inspect(short({ accepted: ['2 ha'] }))).toEqual(['valid_missing']);
  });

  it('does not call a part of a word or of a number told', () => {
    expect(inspect(short({ accepted: ['tầ', 'nhì', '5'], stem: 'Nghị quyết 15-NQ/TW (2022) nêu tầm nhìn đến năm nào?' }))).toEqual([]);
  });

  it('tells signs apart: +5 % is not 5 %', () => {
    expect(inspect(question({ valid_as_of: '2022-05-05' }, ['+5 %', '5 %', '-5 %', '6 %']))).toEqual([]);
  });
});
