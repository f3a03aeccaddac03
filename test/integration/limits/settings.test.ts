/** The limits are on by default; `test/unit/documents.tables.test.ts` compares them with the documents. */
import { expect, test } from 'vitest';
import { products } from '../../../providers/index.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/file.ts';
import { ask, message, startLimited } from './transports.ts';

test('a gateway that says nothing of limits has them', async () => {
  await using gateway = await startLimited({}, {});
  const refusalOf = async (query: string, variables = {}) =>
    message(await ask('HTTP', gateway.origin, { query, variables }));
  const aliases = (count: number) =>
    `{ viewer { ${Array.from({ length: count }, (_, i) => `n${i}: name`).join(' ')} } }`;
  expect(await refusalOf(aliases(30))).toBe('');
  expect(await refusalOf(aliases(31))).toContain('more than 30 aliases');
  // It is read up to 2,000 tokens, and then looked at.
  expect(await refusalOf(`{ viewer { ${'name '.repeat(1_995)} } }`)).toContain('again and again');
  expect(await refusalOf(`{ viewer { ${'name '.repeat(1_996)} } }`)).toContain('more than 2000 tokens');
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const ids = (count: number) => ({ ids: new Array<string>(count).fill('a') });
  expect(await refusalOf(query, ids(1_999))).toContain('at most 100 are read at once');
  expect(await refusalOf(query, ids(2_000))).toContain('more than 2000 values');
});

test('a limit that cannot be is a fault of the configuration', () => {
  const yaml = (limits: string) => `providers: []\nlimits: { ${limits} }`;
  const faults = (limits: string): readonly string[] => {
    try {
      parseConfig(yaml(limits), products, {});
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.filter((fault) => fault.startsWith('limits'));
      throw error;
    }
    return [];
  };
  expect(faults('depth: 10')).toEqual([]);
  expect(faults('depth: 0, tokens: 1000000, requestSeconds: never, speed: 1')).toHaveLength(4);
});
