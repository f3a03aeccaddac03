/**
 * Rights that one replica has at a time, such as to poll a product for all of them. A lease has an expiry by the clock of
 * the database, and an epoch that increases with each change of the holder. Whatever its holder writes is refused once
 * another one has it.
 */
import { sql } from 'kysely';
import { databaseTime } from './database-time.ts';
import type { Db } from './storage-database.ts';

export interface Lease {
  readonly name: string;
  readonly epoch: number;
}

/** What a replica finds that asks for a lease. */
export type Held =
  | {
      readonly isHolder: true;
      readonly lease: Lease;
      /** Since when nobody had it; 0 if this replica has it already. */
      readonly idleMs: number;
    }
  /** `note`: what the holder last wrote about its work; null if nothing. */
  | { readonly isHolder: false; readonly note: string | null };

/** Its lease is another replica's now. Nothing was written. */
export class LeaseLostError extends Error {}

export interface Leases {
  /** Takes a free or expired lease, or prolongs an own one. */
  hold(name: string, forMs: number): Promise<Held>;
  release(lease: Lease): Promise<void>;
  note(lease: Lease, note: string | null): Promise<void>;
  /** To be called in a transaction before it writes. Rejects with LeaseLostError. No other replica gets the lease before the commit. */
  require(tx: Db, lease: Lease): Promise<void>;
}

export function createLeases(db: Db, replica: string): Leases {
  const own = ({ name, epoch }: Lease) => ({ name, epoch, holder: replica }) as const;

  return {
    async hold(name, forMs) {
      const expiresAt = sql<number>`${databaseTime} + ${Math.round(forMs * 1000)}`;
      const row = await db
        .insertInto('leases')
        .values({ name, holder: replica, epoch: 1, expires_at: expiresAt, free_since: 0, note: null })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet(({ eb, ref }) => ({
              epoch: eb
                .case()
                .when('leases.holder', '=', replica)
                .then(ref('leases.epoch'))
                .else(eb('leases.epoch', '+', 1))
                .end(),
              free_since: ref('leases.expires_at'),
              holder: replica,
              expires_at: expiresAt,
              note: eb.case().when('leases.holder', '=', replica).then(ref('leases.note')).else(null).end(),
            }))
            .where(({ eb, or, ref }) =>
              or([eb('leases.holder', '=', replica), eb(ref('leases.expires_at'), '<', databaseTime)]),
            ),
        )
        .returning(['epoch', sql<number>`${databaseTime} - free_since`.as('idle')])
        .executeTakeFirst();
      if (row) {
        return { isHolder: true, lease: { name, epoch: row.epoch }, idleMs: Math.max(0, row.idle / 1000) };
      }
      const other = await db.selectFrom('leases').select('note').where('name', '=', name).executeTakeFirst();
      return { isHolder: false, note: other?.note ?? null };
    },
    async release(lease) {
      const { name, epoch, holder } = own(lease);
      await db
        .updateTable('leases')
        .set({ expires_at: sql<number>`least(expires_at, ${databaseTime} - 1)` })
        .where('name', '=', name)
        .where('epoch', '=', epoch)
        .where('holder', '=', holder)
        .execute();
    },
    async note(lease, note) {
      const { name, epoch, holder } = own(lease);
      await db
        .updateTable('leases')
        .set({ note })
        .where('name', '=', name)
        .where('epoch', '=', epoch)
        .where('holder', '=', holder)
        .execute();
    },
    async require(tx, lease) {
      const { name, epoch, holder } = own(lease);
      const row = await tx
        .selectFrom('leases')
        .select('epoch')
        .where('name', '=', name)
        .where('epoch', '=', epoch)
        .where('holder', '=', holder)
        .forShare()
        .executeTakeFirst();
      if (!row) throw new LeaseLostError(`the lease "${name}" is another gateway's now`);
    },
  };
}
