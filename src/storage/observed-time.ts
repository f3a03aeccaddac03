/** The state of the retention clock in the database. */
import type { ObservedTime } from './retention-clock.ts';
import type { Db } from './storage-database.ts';

/** Null where nothing was stored yet. */
export async function readTime(db: Db): Promise<ObservedTime | null> {
  const row = await db
    .selectFrom('retention_clock')
    .select(['trusted_at as trustedAt', 'ahead_by as aheadBy', 'ahead_ms as aheadMs'])
    .executeTakeFirst();
  return row ?? null;
}

export function saveTime(db: Db, { trustedAt, aheadBy, aheadMs }: ObservedTime): Promise<unknown> {
  const time = { trusted_at: trustedAt, ahead_by: aheadBy, ahead_ms: Math.round(aheadMs) };
  return db
    .insertInto('retention_clock')
    .values({ id: 1, ...time })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(time))
    .execute();
}
