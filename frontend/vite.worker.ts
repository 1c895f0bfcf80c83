/** What the service worker is told of the citizen's build: its version, its files, and those an exam cannot open without. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}
/** The page's entry and the exam; with what they import, and their English words. */
const ROOTS = ['index.html', 'src/citizen/exam/ExamPage.svelte', 'src/citizen/exam/written/index.ts'];
const NAME = 'virtual:shell';

export function listShell(manifest: Record<string, Chunk>): { exam: string[]; all: string[] } {
  const filesOf = (chunk: Chunk): string[] => [chunk.file, ...(chunk.css ?? [])];
  const seen = new Set<string>();
  const walk = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest`);
    if (seen.has(key)) return;
    seen.add(key);
    chunk.imports?.forEach(walk);
    chunk.dynamicImports?.filter((one) => one.endsWith('words.en.ts')).forEach(walk);
  };
  ROOTS.forEach(walk);
  const addresses = (keys: Iterable<string>): string[] => [...new Set([...keys].flatMap((key) => filesOf(manifest[key] as Chunk)))].map((file) => `/${file}`);
  return { exam: addresses(seen), all: addresses(Object.keys(manifest)) };
}

/** Give the worker `virtual:shell`, read from the citizen's build that lies in the output folder already. */
export function shell(): Plugin {
  let dist = '';
  return {
    name: 'hoithi-shell',
    configResolved(config) {
      dist = resolve(config.root, config.build.outDir);
    },
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined;
      const { exam, all } = listShell(JSON.parse(readFileSync(resolve(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>);
      const version = createHash('sha256').update(readFileSync(resolve(dist, 'index.html'))).update(exam.join()).digest('hex').slice(0, 12);
      return `export const version = ${JSON.stringify(version)}, exam = ${JSON.stringify(exam)}, all = ${JSON.stringify(all)};`;
    },
  };
}
