/** Written by vite.worker.ts from the citizen's build. */
declare module 'virtual:shell' {
  export const version: string;
  /** What an exam cannot open without: kept as soon as the worker is installed. */
  export const exam: readonly string[];
  /** Every file of the citizen's build: kept once it has been fetched. */
  export const all: readonly string[];
}
