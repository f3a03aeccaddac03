/** `npm run build`: the dashboard in `dist/web`, with names that contain a hash, and compressed beforehand. */
import { defineConfig } from 'vite';
import { appendNotices } from '../build/append-notices.ts';
import { listDocuments } from '../build/dashboard-documents.ts';
import { precompress } from '../build/precompress.ts';

export default defineConfig({
  root: 'web',
  // Relative, since the page may lie below a base path that only the browser knows.
  base: './',
  plugins: [listDocuments(), appendNotices('dist/THIRD-PARTY-NOTICES.txt'), precompress()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // A file of its own for each icon: the policy of the page allows no `data:` but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
