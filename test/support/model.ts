/** Rows, logs and a provider made up in memory: what the core works on, without any product. */

import { readPrefix } from '../../providers/_kit/readers/prefix.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import { type Backup, type LogLine, noSize, type ProtectedEntity } from '../../src/core/model.ts';
import type { PageQuery, Provider } from '../../src/core/provider.ts';

export const never = new AbortController().signal;

export function aBackup(fields: Partial<Backup> = {}): Backup {
  const externalId = fields.externalId ?? '1';
  return {
    kind: 'fake',
    provider: 'one',
    localId: externalId,
    externalId,
    entityId: null,
    name: null,
    description: null,
    type: 'FULL',
    status: 'SUCCEEDED',
    upstreamStatus: 'completed',
    trigger: 'MANUAL',
    sortedAt: 0,
    startedAt: null,
    endedAt: null,
    size: noSize,
    itemCount: null,
    isRemoved: false,
    progress: null,
    errorMessage: null,
    warnings: [],
    details: null,
    ...fields,
  };
}

export const anEntity = (externalId: string, provider = 'one'): ProtectedEntity => ({
  kind: 'fake',
  provider,
  externalId,
  name: `entity ${externalId}`,
  details: null,
});

export const aLine = (text: string): LogLine => ({ text, raw: text, at: null, level: 'INFO' });

const unasked = (what: string) => () => Promise.reject(new Error(`nobody should ask for ${what} here`));

/** Whatever a test does not define must not be called. */
export const aProvider = (methods: Partial<Provider> = {}): Provider => ({
  name: 'one',
  kind: 'fake',
  health: () => ({ status: 'UNKNOWN', checkedAt: null, latencyMs: null, error: null }),
  listEntities: unasked('entities'),
  getEntities: unasked('entities'),
  listBackups: unasked('a list'),
  countBackups: unasked('a count'),
  getBackups: unasked('backups'),
  close: () => Promise.resolve(),
  ...methods,
});

export const unavailable = (provider = 'one', retryAfterSeconds?: number): GatewayError =>
  new GatewayError('PROVIDER_UNAVAILABLE', `${provider} cannot be reached.`, { retryAfterSeconds });

/** A product that shows the newest N rows by id, while our order is by time. */
export interface PrefixProduct {
  /** Newest id first. */
  rows: Backup[];
  isDown: boolean;
  /** Limits that were asked for. */
  readonly fetches: number[];
  readonly provider: Provider;
}

export function aPrefixProduct(name: string, rows: Backup[]): PrefixProduct {
  const product: PrefixProduct = {
    rows,
    isDown: false,
    fetches: [],
    provider: aProvider({
      name,
      async listBackups(query: PageQuery, signal: AbortSignal) {
        if (product.isDown) throw unavailable(name);
        const fetch = (limit: number) => {
          product.fetches.push(limit);
          return Promise.resolve({
            rows: product.rows.slice(0, limit).map(listed),
            isWhole: product.rows.length < limit,
          });
        };
        return readPrefix({ provider: name, fetch }, query, signal);
      },
      countBackups: (filter) =>
        product.isDown
          ? Promise.reject(unavailable(name))
          : Promise.resolve(product.rows.filter((row) => matchesFilter(row, filter)).length),
    }),
  };
  return product;
}

/** A GatewayError's code, or what else became of the work. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof GatewayError ? error.code : `not ours: ${String(error)}`),
  );

export function thrownBy(work: () => unknown): GatewayError {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
