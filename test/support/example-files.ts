/** The files that people copy from `examples`: neither its packages, its tests, nor its settings. */
import { readdirSync } from 'node:fs';

const notCopied = ['node_modules', 'test', 'vitest.config.ts'];

/** Paths within `examples`, such as `urql/client.ts`, without generated files. */
export const exampleFiles = (): readonly string[] =>
  readdirSync('examples', { withFileTypes: true })
    .filter(({ name }) => !notCopied.includes(name))
    .flatMap((entry) =>
      entry.isDirectory() ? readdirSync(`examples/${entry.name}`).map((name) => `${entry.name}/${name}`) : [entry.name],
    )
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('gql/'));
