/** Adds the licences of the packages that the dashboard contains to those of the program, which is built first. */
import { appendFileSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { noticeOf, packageFolders } from './third-party-notices.ts';

/** `more`: folders of packages whose files are copied. */
export const appendNotices = (file: string, more: readonly string[]): Plugin => ({
  name: 'append-notices',
  apply: 'build',
  writeBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
    const known = readFileSync(file, 'utf8');
    const missing = [...packageFolders(modules), ...more].map(noticeOf).filter((notice) => !known.includes(notice));
    if (missing.length > 0) appendFileSync(file, `\n${missing.join('\n')}`);
  },
});
