/** A rate limit per minute that several gateways on one database count together; see `core/rate.ts`. */
import { sql } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import { createRate } from '../core/rate.ts';
import { databaseTime } from './database-time.ts';
import type { StorageDatabase } from './storage-database.ts';
import type { StorageHealth } from './storage-health.ts';

export interface SharedRate {
  /** Counts `count` and resolves to 0, or resolves to the seconds to wait and counts nothing. */
  take(key: string, count: number): Promise<number>;
  /** Resolves to the seconds until one more is allowed. Counts nothing. */
  wait(key: string): Promise<number>;
}

interface SharedRateOptions {
  readonly database: StorageDatabase;
  readonly health: StorageHealth;
  /** What is counted. */
  readonly of: string;
  readonly perMinute: () => number;
}

const minute = 60_000_000;
/** Rows whose limit is full again say nothing. */
const sweepEveryMs = 60_000;

export function createSharedRate({ database, health, of, perMinute }: SharedRateOptions): SharedRate {
  const { db } = database;
  const local = createRate(perMinute);
  let sweptAt = performance.now();

  async function sweep(): Promise<void> {
    if (performance.now() - sweptAt < sweepEveryMs) return;
    sweptAt = performance.now();
    await db.deleteFrom('rates').where('full_at', '<', databaseTime).execute();
  }

  async function takeNow(key: string, count: number): Promise<number> {
    await sweep();
    const name = `${of} ${key}`;
    const cost = Math.round((count * minute) / perMinute());
    // More than a minute's worth never fits.
    if (cost > minute) return minute / 1_000_000;
    const full = sql<number>`greatest(rates.full_at, ${databaseTime}) + ${cost}::bigint`;
    const taken = await db
      .insertInto('rates')
      .values({ name, full_at: sql<number>`${databaseTime} + ${cost}::bigint` })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ full_at: full })
          .where(sql<boolean>`${full} <= ${databaseTime} + ${minute}::bigint`),
      )
      .returning('name')
      .executeTakeFirst();
    return taken ? 0 : Math.max(1, await secondsOver(name, cost));
  }

  async function secondsOver(name: string, cost: number): Promise<number> {
    const row = await db
      .selectFrom('rates')
      .select(sql<number>`full_at + ${cost}::bigint - ${databaseTime} - ${minute}::bigint`.as('over'))
      .where('name', '=', name)
      .executeTakeFirst();
    return Math.max(0, Math.ceil((row?.over ?? 0) / 1_000_000));
  }

  /** While the database is away, each gateway counts for itself. */
  async function orHere<T>(work: Promise<T>, here: () => T): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return here();
    }
  }

  return {
    take: (key, count) =>
      orHere(
        health.write(() => takeNow(key, count), 'rate'),
        () => local.take(key, count),
      ),
    wait: (key) =>
      orHere(
        health.read(() => secondsOver(`${of} ${key}`, Math.round(minute / perMinute()))),
        () => local.wait(key),
      ),
  };
}
