/** What belongs to one operation is read once for it. */
import { expect, test } from 'vitest';
import { createContext } from '../../schema/context.ts';
import type { Authentication } from '../../src/auth/authentication.ts';
import type { Links } from '../../src/auth/links.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { noFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { MergeSource } from '../../src/lists/merge.ts';
import { scanProvider } from '../../src/lists/scan.ts';
import { aBackup, aProvider, never } from '../support/model.ts';

test('fields that scan the same of a provider share one scan, whether they run together or one after another', async () => {
  let lists = 0;
  const provider = aProvider({
    listBackups: () => {
      lists++;
      return Promise.resolve({ rows: [listed(aBackup())], isEnd: true, problems: [] });
    },
  });
  const catalog = { reads: { scan: scanProvider } } as unknown as Catalog;
  const { loaders } = createContext(catalog, {} as Authentication, never, 'http://localhost', null, {} as Links);
  const scan = () => loaders.scanOf({ provider, filter: { ...noFilter }, timeoutMs: 1_000 } satisfies MergeSource);
  const together = await Promise.all(Array.from({ length: 20 }, scan));
  const later = await scan();
  expect(lists).toBe(1);
  expect(new Set([...together, later])).toEqual(new Set([later]));
  expect(later.rows).toHaveLength(1);
  // A stream reads anew for each event.
  loaders.clear();
  await scan();
  expect(lists).toBe(2);
});
