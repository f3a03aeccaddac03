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

/** A lease that a replica asks for together with others. */
export interface Wish {
  readonly name: string;
  /** The holder shall do more: see `isWanted`. */
  readonly wantsMore: boolean;
}

/** What a replica finds that asks for many leases. */
export interface Found {
  /** Null while another replica has it. */
  readonly lease: Lease | null;
  /** What the holder last wrote about its work; null if nothing. */
  readonly note: string | null;
  /** A replica has asked for more within the last seconds. */
  readonly isWanted: boolean;
}

/** Its lease is another replica's now. Nothing was written. */
export class LeaseLostError extends Error {}

export interface Leases {
  /** Takes a free or expired lease, or prolongs an own one. */
  hold(name: string, forMs: number): Promise<Held>;
  /** Like `hold`, for many in one statement. `wantedForMs`: how long a wish for more is known. */
  holdAll(wishes: readonly Wish[], forMs: number, wantedForMs: number): Promise<ReadonlyMap<string, Found>>;
  /** The notes of leases, without a claim to them. */
  notes(names: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  release(lease: Lease): Promise<void>;
  /** Deletes leases whose names begin so, and that nobody has had for so long. */
  forget(prefix: string, olderThanMs: number): Promise<void>;
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
    async holdAll(wishes, forMs, wantedForMs) {
      if (wishes.length === 0) return new Map();
      const until = (ms: number) => sql<number>`${databaseTime} + ${Math.round(ms * 1000)}`;
      // In one order, so that two replicas do not wait for each other.
      const sorted = wishes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const rows = await db
        .insertInto('leases')
        .values(
          sorted.map(({ name, wantsMore }) => ({
            name,
            holder: replica,
            epoch: 1,
            expires_at: until(forMs),
            free_since: 0,
            note: null,
            wanted_until: wantsMore ? until(wantedForMs) : 0,
          })),
        )
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet(({ eb, ref, or }) => {
            const isOwn = eb('leases.holder', '=', replica);
            // One time for all columns, unlike the clock itself.
            const isFree = eb(
              'leases.expires_at',
              '<',
              sql<number>`${ref('excluded.expires_at')} - ${Math.round(forMs * 1000)}`,
            );
            const isTaken = or([isOwn, isFree]);
            return {
              epoch: eb
                .case()
                .when(isOwn)
                .then(ref('leases.epoch'))
                .when(isFree)
                .then(eb('leases.epoch', '+', 1))
                .else(ref('leases.epoch'))
                .end(),
              free_since: eb.case().when(isTaken).then(ref('leases.expires_at')).else(ref('leases.free_since')).end(),
              holder: eb.case().when(isTaken).then(replica).else(ref('leases.holder')).end(),
              expires_at: eb.case().when(isTaken).then(ref('excluded.expires_at')).else(ref('leases.expires_at')).end(),
              note: eb
                .case()
                .when(isOwn)
                .then(ref('leases.note'))
                .when(isFree)
                .then(null)
                .else(ref('leases.note'))
                .end(),
              wanted_until: sql<number>`greatest(${ref('leases.wanted_until')}, ${ref('excluded.wanted_until')})`,
            };
          }),
        )
        .returning(['name', 'holder', 'epoch', 'note', sql<boolean>`wanted_until > ${databaseTime}`.as('isWanted')])
        .execute();
      return new Map(
        rows.map(({ name, holder, epoch, note, isWanted }) => [
          name,
          { lease: holder === replica ? { name, epoch } : null, note, isWanted },
        ]),
      );
    },
    async notes(names) {
      if (names.length === 0) return new Map();
      const rows = await db.selectFrom('leases').select(['name', 'note']).where('name', 'in', names).execute();
      return new Map(rows.map(({ name, note }) => [name, note]));
    },
    async forget(prefix, olderThanMs) {
      await db
        .deleteFrom('leases')
        .where(sql<boolean>`starts_with(name, ${prefix})`)
        .where('expires_at', '<', sql<number>`${databaseTime} - ${olderThanMs * 1000}`)
        .execute();
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
