import { describe, expect, it } from 'vitest';
import { listShell } from '../../../vite.worker';
import { planFor } from './plan';

const ORIGIN = 'https://hoithi.test';
const ASSETS = new Set(['/assets/index-1.js', '/assets/ExamPage-1.js']);
const plan = (path: string, mode = 'navigate', method = 'GET') => planFor({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, ASSETS);

describe('planFor', () => {
  it.each([
    ['/', 'page'],
    ['/thi/0b0e', 'page'],
    ['/vao-thi/1?next=%2Fapi%2Fme', 'page'],
    ['/quan-tri', 'none'],
    ['/quan-tri/cau-hoi', 'none'],
    ['/quan-triet', 'page'],
    ['/api/schema', 'none'],
    ['/_allauth/browser/v1/config', 'none'],
    ['/livez', 'none'],
    ['/icon.svg', 'none'],
    ['https://elsewhere.test/thi/0b0e', 'none'],
  ])('a visit to %s is for %s', (path, wanted) => {
    expect(plan(path)).toBe(wanted);
  });

  it('takes the files of this build alone, and never a call', () => {
    expect(plan('/assets/index-1.js', 'cors')).toBe('asset');
    expect(plan('/assets/staff-1.js', 'cors')).toBe('none');
    expect(plan('/thi/0b0e', 'cors')).toBe('none');
    expect(plan('/api/attempts/0b0e', 'cors')).toBe('none');
    expect(plan('/thi/0b0e', 'navigate', 'POST')).toBe('none');
  });
});

describe('listShell', () => {
  it('begins with the entry and holds what the exam needs, English words too, and nothing of other pages', () => {
    const manifest = {
      _frame: { file: 'assets/frame.js', css: ['assets/frame.css'], dynamicImports: ['src/shared/i18n/words.en.ts'] },
      'index.html': { file: 'assets/index.js', imports: ['_frame'], dynamicImports: ['src/citizen/home/HomePage.svelte', 'src/citizen/exam/ExamPage.svelte'] },
      'src/citizen/exam/ExamPage.svelte': { file: 'assets/ExamPage.js', imports: ['index.html', '_frame'], dynamicImports: ['src/citizen/exam/written/index.ts'] },
      'src/citizen/exam/written/index.ts': { file: 'assets/written.js', imports: ['_frame'] },
      'src/citizen/home/HomePage.svelte': { file: 'assets/HomePage.js', imports: ['_frame'] },
      'src/shared/i18n/words.en.ts': { file: 'assets/words.en.js' },
    };
    expect(listShell(manifest)).toEqual({
      exam: ['/assets/index.js', '/assets/frame.js', '/assets/frame.css', '/assets/words.en.js', '/assets/ExamPage.js', '/assets/written.js'],
      all: ['/assets/frame.js', '/assets/frame.css', '/assets/index.js', '/assets/ExamPage.js', '/assets/written.js', '/assets/HomePage.js', '/assets/words.en.js'],
    });
  });
});
