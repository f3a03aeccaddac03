/** `codegen.ts` as `examples/README.md` prints it is complete: it makes types that compile, in a project of its own. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

const program = `import { graphql } from './gql/index.ts';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type NewestQuery, type NewestQueryVariables } from './gql/graphql.ts';
import possible from './gql/possible-types.ts';

const newest = graphql(\`query Newest($first: Int!) { backups(first: $first) { nodes { id startedAt size { originalBytes } } } }\`);
export const typed: TypedDocumentNode<NewestQuery, NewestQueryVariables> = newest;
export const variables: NewestQueryVariables = { first: 10 };
export const times = (data: NewestQuery): (string | null | undefined)[] | undefined =>
  data.backups?.nodes.map(({ startedAt }) => startedAt satisfies string | null | undefined);
export const sizes = (data: NewestQuery): (number | null | undefined)[] | undefined =>
  data.backups?.nodes.map(({ size }) => size?.originalBytes);
export const kinds: string[] = possible.possibleTypes.Backup;
`;

const compilerOptions = {
  module: 'esnext',
  moduleResolution: 'bundler',
  target: 'es2022',
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: [],
};

it('codegen.ts of the README makes types that compile and that a wrong use fails', async () => {
  const readme = await readFile('examples/README.md', 'utf8');
  const [, codegen = ''] = /and write `codegen\.ts`:\n\n```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const folder = await mkdtemp(resolve('examples/node_modules', '.codegen-'));
  try {
    await mkdir(`${folder}/src`);
    await copyFile('schema/schema.graphql', `${folder}/schema.graphql`);
    await symlink(resolve('examples/node_modules'), `${folder}/node_modules`);
    await writeFile(`${folder}/package.json`, JSON.stringify({ type: 'module' }));
    await writeFile(`${folder}/codegen.ts`, codegen);
    await writeFile(`${folder}/src/main.ts`, program);
    await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['src', 'codegen.ts'] }));
    await run(resolve('examples/node_modules/.bin/graphql-codegen'), [], { cwd: folder });
    await run(resolve('examples/node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder });
    await writeFile(`${folder}/src/wrong.ts`, `import { variables } from './main.ts';\nvariables.first = 'ten';\n`);
    await expect(run(resolve('examples/node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder })).rejects.toMatchObject({
      stdout: expect.stringMatching(/^src\/wrong\.ts.*error TS2322/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
