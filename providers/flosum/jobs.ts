/** The list of the backups of a connection: the only call that returns backups. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { ListedBackup } from '../../src/core/listed-backup.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import type { RowReport } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { type RowReading, toListedRows } from '../_kit/listed-rows.ts';
import type { TimeWindow } from '../_kit/readers/time-bound.ts';
import { isArrayRefusal } from './errors.ts';
import type { FilterQuery } from './filter.ts';
import { type FlosumBackup, nonceOf, toBackup, toPlaceInOrder } from './map.ts';
import { type BackupRow, backupRow, backupsReply } from './wire.ts';

/** Maximum number of rows in one reply. */
export const maxLimit = 2000;

export interface ListOptions {
  readonly sortBy: 'startedDate' | 'jobId';
  readonly order: 'ASC' | 'DESC';
  /** From 1. */
  readonly page: number;
  readonly limit: number;
  /** Whether the bounds are inclusive is not documented. */
  readonly startedDate?: string | null;
  readonly endDate?: string | null;
}

export interface Jobs {
  /** One list call. Rows without an id are left out. */
  read(
    connectionId: string,
    filterQuery: FilterQuery,
    options: ListOptions,
    signal: AbortSignal,
  ): Promise<readonly BackupRow[]>;
  /** One list call by time. Rows without an id or without a readable time are added to `report`. */
  readWindow(question: WindowQuestion, report: RowReport, signal: AbortSignal): Promise<Window>;
  /** A row as a backup, with the description of a start of ours. */
  show(row: BackupRow, connectionId: string): FlosumBackup;
  /** Keeps the description of a start, which the list does not return. */
  rememberDescription(nonce: string, description: string): void;
}

export interface WindowQuestion {
  readonly connectionId: string;
  readonly filterQuery: FilterQuery;
  readonly window: TimeWindow;
}

interface Window {
  readonly rows: readonly ListedBackup[];
  /** Rows with a readable time; null if the product does not say how many there are. */
  readonly total: number | null;
  /** Rows of the reply, with a readable time or without. */
  readonly size: number;
}

const maxDescriptions = 1000;

export function createJobs(provider: string, upstream: Upstream, times: TimeReader): Jobs {
  const descriptions = createBoundedCache<string, string>(maxDescriptions);
  let areListsBracketed = false;

  interface Question {
    readonly connectionId: string;
    readonly filterQuery: FilterQuery;
    readonly options: ListOptions;
  }

  function send({ connectionId, filterQuery, options }: Question, isBracketed: boolean, signal: AbortSignal) {
    const key = (name: string) => (isBracketed ? `${name}[]` : name);
    const query = {
      ...options,
      [key('types')]: filterQuery.types,
      [key('statuses')]: filterQuery.statuses,
      search: filterQuery.search || null,
      isIncludeMetadata: filterQuery.includeMetadata === null ? null : String(filterQuery.includeMetadata),
    };
    const request = { schema: backupsReply, query, size: 'list' as const };
    return upstream.read(path`/api/v1/connections/${connectionId}/backups`, request, signal);
  }

  const show: Jobs['show'] = (row, connectionId) => {
    const backup = toBackup(row, { provider, connectionId, times });
    const description = descriptions.get(nonceOf(row.name) ?? '');
    return description === undefined ? backup : { ...backup, description };
  };

  async function ask(question: Question, signal: AbortSignal) {
    const isBracketed = areListsBracketed;
    try {
      return await send(question, isBracketed, signal);
    } catch (error) {
      // A list of one value looks like a plain value in the usual spelling, which a strict server refuses.
      if (isBracketed || !isArrayRefusal(error)) throw error;
      areListsBracketed = true;
      return send(question, true, signal);
    }
  }

  const readingOf = (connectionId: string): RowReading => ({
    entityId: connectionId,
    toPlace: (row) => toPlaceInOrder(row, { provider, connectionId, times }),
    toBackup: (row) => show(backupRow(row) as BackupRow, connectionId),
  });

  return {
    async read(connectionId, filterQuery, options, signal) {
      const { items } = await ask({ connectionId, filterQuery, options }, signal);
      return items.flatMap((item) => backupRow(item) ?? []);
    },
    show,
    async readWindow({ connectionId, filterQuery, window: { direction, from, to, page, limit } }, report, signal) {
      const order = direction === 'descending' ? 'DESC' : 'ASC';
      const bounds = { startedDate: toText(from, Math.floor), endDate: toText(to, Math.ceil) };
      const options = { sortBy: 'startedDate', order, page: page + 1, limit, ...bounds } as const;
      const { items, total } = await ask({ connectionId, filterQuery, options }, signal);
      const rows = await toListedRows(items, readingOf(connectionId), report, signal);
      const size = items.length;
      return { rows, total: total === null ? null : Math.max(0, total - (size - rows.length)), size };
    },
    rememberDescription(nonce, description) {
      descriptions.set(nonce, description);
    },
  };
}

/** A service need not accept years of more or fewer than four digits. */
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59);

function toText(instant: Instant | null, round: (ms: number) => number): string | null {
  return instant === null
    ? null
    : new Date(Math.min(Math.max(round(instant / 1000), earliestMs), latestMs)).toISOString();
}
