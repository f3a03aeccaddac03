/** The list of one connection's backups: the only call that shows any. */
import type { z } from 'zod';
import type { Instant } from '../../src/core/instant.ts';
import { type ListedBackup, lazily, listed } from '../../src/core/lists/listed.ts';
import type { TimeWindow } from '../../src/core/lists/readers/time-bound.ts';
import { parseShape } from '../../src/core/upstream/answer.ts';
import { path } from '../../src/core/upstream/path.ts';
import type { Upstream } from '../../src/core/upstream/upstream.ts';
import { isArrayRefusal } from './errors.ts';
import { type FlosumBackup, nonceOf, toBackup, toPlaceInOrder } from './map.ts';
import { type BackupRow, type BackupsPage, backupRow, backupsReply, unreadBackupsReply } from './wire.ts';
import type { Words } from './words.ts';

/** The most that the service gives at once. */
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
  /** One list call. */
  read(connectionId: string, words: Words, options: ListOptions, signal: AbortSignal): Promise<BackupsPage>;
  /** One list call by time. */
  readWindow(
    connectionId: string,
    words: Words,
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<{ readonly rows: readonly ListedBackup[]; readonly total: number }>;
  /** A row as a backup, with what only we know of it. */
  show(row: BackupRow, connectionId: string): FlosumBackup;
  /** The list never shows the description that a start was given, so it is kept here. */
  rememberDescription(nonce: string, description: string): void;
}

/** The oldest of more are forgotten. */
const maxDescriptions = 1000;

export function createJobs(provider: string, upstream: Upstream): Jobs {
  const descriptions = new Map<string, string>();
  let areListsBracketed = false;

  interface Question<T> {
    readonly schema: z.ZodType<T>;
    readonly connectionId: string;
    readonly words: Words;
    readonly options: ListOptions;
  }

  function send<T>({ schema, connectionId, words, options }: Question<T>, isBracketed: boolean, signal: AbortSignal) {
    const key = (name: string) => (isBracketed ? `${name}[]` : name);
    const query = {
      ...options,
      [key('types')]: words.types,
      [key('statuses')]: words.statuses,
      search: words.search || null,
    };
    const request = { schema, query, size: 'list' as const };
    return upstream.read(path`/api/v1/connections/${connectionId}/backups`, request, signal);
  }

  const show: Jobs['show'] = (row, connectionId) => {
    const backup = toBackup(row, { provider, connectionId });
    const description = descriptions.get(nonceOf(row.name) ?? '');
    return description === undefined ? backup : { ...backup, description };
  };

  async function ask<T>(question: Question<T>, signal: AbortSignal): Promise<T> {
    const isBracketed = areListsBracketed;
    try {
      return await send(question, isBracketed, signal);
    } catch (error) {
      // The usual way to send a list of one cannot be told from a plain value, and a strict server refuses that.
      if (isBracketed || !isArrayRefusal(error)) throw error;
      areListsBracketed = true;
      return send(question, true, signal);
    }
  }

  function toListed(rows: readonly unknown[], connectionId: string): ListedBackup[] {
    const read = (row: unknown) => show(parseShape(backupRow, row, provider), connectionId);
    return rows.map((row) => {
      const place = toPlaceInOrder(row, { provider, connectionId });
      return place ? lazily(place, place.localId, row, read) : listed(read(row));
    });
  }

  return {
    read: (connectionId, words, options, signal) => ask({ schema: backupsReply, connectionId, words, options }, signal),
    show,
    async readWindow(connectionId, words, { direction, from, to, page, limit }, signal) {
      const order = direction === 'descending' ? 'DESC' : 'ASC';
      const bounds = { startedDate: toText(from, Math.floor), endDate: toText(to, Math.ceil) };
      const options = { sortBy: 'startedDate', order, page: page + 1, limit, ...bounds } as const;
      const { items, total } = await ask({ schema: unreadBackupsReply, connectionId, words, options }, signal);
      return { rows: toListed(items, connectionId), total };
    },
    rememberDescription(nonce, description) {
      descriptions.set(nonce, description);
      const [oldest] = descriptions.keys();
      if (descriptions.size > maxDescriptions && oldest !== undefined) descriptions.delete(oldest);
    },
  };
}

/** Years of more or less than four digits are no ISO 8601 that a service has to take. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59);

function toText(instant: Instant | null, round: (ms: number) => number): string | null {
  return instant === null ? null : new Date(Math.min(Math.max(round(instant / 1000), 0), latestMs)).toISOString();
}
