/** Whether other gateways on the database have changed what a page needs. Every page asks, so it is one small statement. */
import { CompiledQuery } from 'kysely';
import { outsideRequests } from '../core/request-scope.ts';
import { postgresSchema } from '../storage/dialect.ts';
import type { Db } from '../storage/storage-database.ts';

export interface SharedState {
  /** Of the newest alias or mark of a cancelled backup; 0 before the first. */
  readonly namesVersion: number;
  readonly hasPending: boolean;
}

// A constant, so that nothing is compiled for each page.
const statement = CompiledQuery.raw(`SELECT
  greatest((SELECT max(version) FROM ${postgresSchema}.aliases), (SELECT max(version) FROM ${postgresSchema}.cancelled), 0) AS "namesVersion",
  EXISTS (SELECT 1 FROM ${postgresSchema}.operations WHERE status = 'PENDING') AS "hasPending"`);

export async function readSharedState(db: Db): Promise<SharedState> {
  const { rows } = await db.executeQuery<SharedState>(statement);
  return rows[0] as SharedState;
}

/**
 * Runs `work` once for all that call at the same time, and for those that call while it runs once more after that: what
 * a caller gets was read after its call.
 */
export function readTogether<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    next ??= outsideRequests(async () => {
      await running.catch(() => undefined);
      await new Promise(setImmediate);
      const read = work();
      [running, next] = [read, null];
      return read;
    });
    return next;
  };
}
