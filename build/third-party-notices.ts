/** Writes the licences of the packages whose code the bundle contains. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const head = 'Backplane contains code of the packages below, under their licences.\n\n';

export const thirdPartyNotices = (): Plugin => ({
  name: 'third-party-notices',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
    const notices = packageFolders(files).map(noticeOf);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source: head + notices.join('\n') });
  },
});

/** Folders of packages, each once, in order. Of nested packages the innermost counts. */
const packageFolders = (files: readonly string[]): string[] =>
  [...new Set(files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

function noticeOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text = texts.length > 0 ? texts.join('\n\n') : standardText(manifest);
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}

/** Some packages name their licence and leave out its text. */
function standardText({ name, license, author = `the authors of ${name}` }: Manifest): string {
  if (license !== 'MIT') throw new Error(`${name} has no text of its licence (${license}).`);
  const mit = readFileSync('LICENSE', 'utf8').trim();
  const holder = typeof author === 'string' ? author : author.name;
  return mit.replace(/^Copyright.*$/m, () => `Copyright (c) ${holder}`);
}
