/**
 * Two entries from one source tree: the citizen's (index.html) and the staff's (staff.html, served under /quan-tri).
 * They are built apart (`--mode citizen`, `--mode staff`), so that nothing the staff's pages use weighs on a phone.
 * Last comes the citizen's service worker (`--mode worker`), which must know the names of the built files.
 */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { shell } from './vite.worker';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const backend = process.env.BACKEND_URL ?? 'http://127.0.0.1:8000';

/** In development every page address must reach its entry, as Django does in production. */
const entries: Plugin = {
  name: 'hoithi-entries',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (/^\/quan-tri(\/|$|\?)/.test(request.url ?? '')) request.url = '/staff.html';
      next();
    });
  },
};

/** What every citizen page needs comes in one file: fewer requests, and small parts compress better together. */
const FRAME = /\/shared\/(i18n|api|live|router)|\/shared\/ui\/(Banner|Button|EmptyState|ErrorState|LanguageSwitch|Logo|Skeleton|[Tt]oasts|VisuallyHidden)|\/citizen\/(shell|routes)/;

const pages: Record<string, string> = { citizen: at('./index.html'), staff: at('./staff.html') };

/** One classic script at /sw.js: its address must never change. */
const worker: ViteUserConfig = {
  plugins: [shell()],
  build: {
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    rollupOptions: { input: at('./src/citizen/worker/worker.ts'), output: { format: 'iife', entryFileNames: 'sw.js' } },
  },
};

const entry = (mode: string): ViteUserConfig => ({
  base: '/',
  plugins: [svelte(), entries],
  resolve: {
    alias: { $shared: at('./src/shared') },
    // Without this, vitest would take Svelte's server build.
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  build: {
    manifest: mode === 'staff' ? '.vite/manifest-staff.json' : true,
    emptyOutDir: mode !== 'staff',
    target: 'es2022',
    // The content security policy allows no data: addresses for scripts, styles or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: mode in pages ? pages[mode] : pages,
      output: mode === 'staff' ? {} : { codeSplitting: { groups: [{ name: 'frame', test: (id: string) => FRAME.test(id) && !id.endsWith('.en.ts') }] } },
    },
  },
  server: {
    proxy: {
      '/api': backend,
      '/_allauth': backend,
      '/ws': { target: backend, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});

export default defineConfig(({ mode }) => (mode === 'worker' ? worker : entry(mode)));
