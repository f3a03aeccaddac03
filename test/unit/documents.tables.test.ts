/** Tables of the documents say all that the code has: dependencies, endpoints of the vendors, error codes, settings. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { products } from '../../providers/index.ts';
import { parseConfig } from '../../src/config/config.ts';
import { limits } from '../../src/config/limits.ts';
import { errorCodes, GatewayError } from '../../src/core/errors.ts';
import { blocksOf, documents } from '../support/markdown.ts';

/** Where each table is. */
const places = {
  authentication: 'docs/authentication.md',
  client: 'docs/streams.md',
  coverage: 'docs/api-coverage.md',
  dependencies: 'docs/dependencies.md',
  errorCodes: 'docs/failures.md',
  limits: 'docs/limits.md',
};
const read = (document: string): Promise<string> => readFile(document, 'utf8');

interface Operation {
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string; readonly in?: string }[];
  readonly 'x-source'?: string;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly parameters?: Readonly<Record<string, { name: string; in: string }>> };
}

/** Endpoints and parameters of the vendors' own pages; an operation from elsewhere names its source in `x-source`. */
async function vendorRows(): Promise<string[]> {
  const folders = { Flosum: 'flosum', Labii: 'labii', vProtect: 'vprotect', 'Borg UI': 'borg' };
  const rows = await Promise.all(
    Object.entries(folders).map(async ([product, folder]) => {
      const description = JSON.parse(await read(`test/fixtures/${folder}/openapi.json`)) as Description;
      return Object.entries(description.paths).flatMap(([path, methods]) =>
        Object.entries(methods)
          .filter(([method, operation]) => /^(get|post|put|patch|delete)$/.test(method) && !operation['x-source'])
          .flatMap(([method, operation]) => {
            const endpoint = `${product} ${method.toUpperCase()} ${path}`;
            // Seven lists of vProtect have the same parameters, which are listed once.
            const isShared = product === 'vProtect' && path !== '/backups' && !path.includes('timeline');
            const parameters = isShared ? [] : queryParameters(operation, description);
            return [endpoint, ...parameters.map((name) => `${endpoint} ${name}`)];
          }),
      );
    }),
  );
  return rows.flat();
}

const queryParameters = ({ parameters = [] }: Operation, { components }: Description): string[] =>
  parameters
    .map((parameter) => components?.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter)
    .filter((parameter) => parameter.in === 'query')
    .map(({ name = '' }) => name);

describe('the documents', () => {
  it('show, as the example does, an authentication that the configuration takes', async () => {
    const example = (await read('backplane.example.yaml')).split('\n');
    const start = example.indexOf('# auth:');
    const commented = example.slice(start, example.indexOf('', start)).map((line) => line.slice(2));
    const blocks = blocksOf('yaml', places.authentication).map(({ text }) => text);
    const shown = [commented.join('\n'), ...blocks.filter((text) => text.startsWith('auth:'))];
    expect(shown.length).toBeGreaterThanOrEqual(2);
    for (const auth of shown) {
      const known = [
        { name: 'files', kind: 'borg', url: 'http://127.0.0.1:1', token: 'x' },
        { name: 'machines', kind: 'vprotect', url: 'http://127.0.0.1:1/api', username: 'x', password: 'x' },
      ];
      const config = parseConfig(`${auth}\n${stringify({ providers: known })}`, products, {});
      expect(config.auth).toMatchObject({ tokens: [{ name: 'dashboard' }], jwt: { audience: 'backplane' } });
    }
  });

  it('show a client that resumes, which is the one of the examples', async () => {
    const example = await read('examples/graphql-ws/main.ts');
    const [client] = blocksOf('ts', places.client);
    expect(client?.text).toContain('variables.after');
    expect(example).toContain(client?.text);
  });

  it('name every dependency with its reason', async () => {
    const { dependencies } = JSON.parse(await read('package.json')) as { dependencies: object };
    const text = await read(places.dependencies);
    const named = [...text.matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)].flatMap(([, names = '']) => names.split(', '));
    expect(named).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  });

  it('say of every endpoint and parameter of the vendors’ pages what serves it', async () => {
    const text = await read(places.coverage);
    const rows = [
      ...text.matchAll(/^\| (Flosum|Labii|vProtect|Borg UI) \| `([^`]+)` \| (?:`([^`]+)`)? ?\| (.+) \|$/gm),
    ];
    expect(rows.every(([, , , , served = '']) => served.trim().length > 5)).toBe(true);
    const listed = rows.map(([, product, endpoint, parameter = '']) => `${product} ${endpoint} ${parameter}`.trim());
    expect(listed.toSorted()).toEqual((await vendorRows()).toSorted());
  });

  it('list every error code, and whether a retry may help', async () => {
    const text = await read(places.errorCodes);
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (yes|no) \| .+ \|$/gm)];
    const listed = rows.map(([, code = '', retry]) => [code, retry]);
    expect(listed).toEqual(errorCodes.map((code) => [code, new GatewayError(code, '').isRetryable ? 'yes' : 'no']));
  });

  it('give the README at most 150 lines, a screenshot below 200 kB, and a link to each document', async () => {
    const readme = await read('README.md');
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
    for (const name of await readdir('docs/images')) {
      expect((await stat(`docs/images/${name}`)).size).toBeLessThan(200_000);
    }
    const linked = documents.filter((document) => /^(docs|providers|examples)\//.test(document));
    expect(linked.filter((document) => !readme.includes(`](${document}`))).toEqual([]);
  });

  it('list every limit with its default, and so does the example', async () => {
    const defaults: Record<string, number> = limits.parse({});
    const text = await read(places.limits);
    for (const [key, value] of Object.entries(defaults)) {
      const row = text.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${key}\``));
      expect([key, row?.split('|')[2]]).toEqual([key, expect.stringContaining(value.toLocaleString('en'))]);
    }
    const example = parse(await read('backplane.example.yaml')) as { limits: object };
    expect(example.limits).toEqual(defaults);
  });
});
