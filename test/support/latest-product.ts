/** A product that is asked for the newest backups of its entities, and counts how often. */
import { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { comparator } from '../../src/core/order.ts';
import type { BackupPage, PageQuery, Problem, Provider } from '../../src/core/provider.ts';
import { findLatest } from '../../src/lists/latest.ts';
import { newestSuccess } from '../../src/lists/protection.ts';
import { aBackup, aProvider, never } from './model.ts';

/** What a list does instead of what it should; null: what it should. */
export type Fault = (query: PageQuery, page: BackupPage) => BackupPage | null;

interface Product {
  readonly provider: Provider;
  readonly queries: PageQuery[];
}

export function aProduct(rows: readonly Backup[], fault: Fault = () => null, more: Partial<Provider> = {}): Product {
  const queries: PageQuery[] = [];
  const provider = aProvider({
    ...more,
    async listBackups(query) {
      queries.push(query);
      const { direction, after, filter, limit } = query;
      const compare = comparator(direction);
      const matching = rows
        .filter((row) => (after === null || compare(row, after) > 0) && matchesFilter(row, filter))
        .sort(compare);
      const page = { rows: matching.slice(0, limit).map(listed), isEnd: matching.length <= limit, problems: [] };
      return fault(query, page) ?? page;
    },
  });
  return { provider, queries };
}

export const look = ({ provider }: Product, ids: readonly string[], question = newestSuccess, timeoutMs = 5_000) =>
  findLatest({ provider, timeoutMs }, ids, question, never);

export const isTogether = ({ filter }: PageQuery): boolean => filter.entityIds === null;
export const incomplete = (entityId: string | null = null): Problem => ({
  provider: 'one',
  entityId,
  error: new GatewayError('INCOMPLETE', 'the rest is missing'),
});

let made = 0;
export const row = (entityId: string | null, fields: Partial<Backup> = {}): Backup => {
  made += 1;
  return aBackup({ externalId: String(made), entityId, sortedAt: 1_000_000_000 - made, ...fields });
};
export const rowsOf = (entityId: string, count: number, fields: Partial<Backup>): Backup[] =>
  Array.from({ length: count }, () => row(entityId, fields));
export const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `e${index}`);
