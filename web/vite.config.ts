/** `npm run build`: the dashboard and GraphiQL in `dist/web`, with names that contain a hash, and compressed beforehand. */
import { defineConfig } from 'vite';
import { appendNotices } from '../build/append-notices.ts';
import { listDocuments } from '../build/dashboard-documents.ts';
import { graphiqlFiles, graphiqlFolder } from '../build/graphiql-files.ts';
import { precompress } from '../build/precompress.ts';

export default defineConfig({
  root: 'web',
  // Relative, since the page may lie below a base path that only the browser knows.
  base: './',
  plugins: [
    listDocuments(),
    graphiqlFiles('/graphiql.html'),
    appendNotices('dist/THIRD-PARTY-NOTICES.txt', [graphiqlFolder]),
    precompress(),
  ],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // A file of its own for each icon: the policy of the page allows no `data:` but for images.
    assetsInlineLimit: 0,
    rolldownOptions: { input: ['web/index.html', 'web/graphiql.html'], checks: { pluginTimings: false } },
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
