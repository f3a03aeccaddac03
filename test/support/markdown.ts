/** The Markdown documents of the repository, and what is written in them. A new document in these folders is covered by itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const markdownIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`));

/** Paths from the root of the repository. */
export const documents: readonly string[] = [
  '.',
  'docs',
  'examples',
  ...readdirSync('providers').map((name) => `providers/${name}`),
]
  .filter((folder) => existsSync(folder) && !folder.endsWith('.ts'))
  .flatMap(markdownIn)
  .toSorted();

export interface Block {
  readonly document: string;
  /** Such as `docs/streams.md 2`: the second block of its language there. */
  readonly label: string;
  readonly text: string;
}

const fence = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Code blocks of one language, of every document unless one is named. */
export const blocksOf = (language: string, only?: string): Block[] =>
  documents
    .filter((document) => only === undefined || document === only)
    .flatMap((document) =>
      [...readFileSync(document, 'utf8').matchAll(fence)]
        .filter(([, found]) => found === language)
        .map(([, , text = ''], index) => ({ document, label: `${document} ${index + 1}`, text: withoutIndent(text) })),
    );

function withoutIndent(text: string): string {
  const [indent = ''] = /^ */.exec(text) ?? [];
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trim();
}

/** Languages of all code blocks, each once. */
export const languages = (): string[] => [
  ...new Set(
    documents.flatMap((document) =>
      [...readFileSync(document, 'utf8').matchAll(fence)].map(([, language = '']) => language),
    ),
  ),
];

/** The text of a document without its code blocks. */
export const proseOf = (document: string): string => readFileSync(document, 'utf8').replaceAll(fence, '');

/** What stands in backquotes in the prose of a document. */
export const codeSpansOf = (document: string): string[] =>
  [...proseOf(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Operations that people are shown; a block of type definitions is none. */
export const graphqlOperations = (): Block[] =>
  blocksOf('graphql').filter(({ text }) => /^(query|mutation|subscription|\{)/.test(text));
