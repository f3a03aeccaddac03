/**
 * What the gateway knows of backups besides their products: the ids that they were shown by before their products named
 * them, and which of them were cancelled here. Both are kept for good, and are in memory as well.
 */
import { sql } from 'kysely';
import { GatewayError } from '../core/errors.ts';
import type { LocalId } from '../core/model.ts';
import type { DeferredWrites } from '../storage/deferred-writes.ts';
import { tableOf } from '../storage/dialect.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';

/** What is known of the backups of one page. */
export interface KnownNames {
  /** The id that a backup was shown by; it keeps that id. Null if there is none. */
  aliasOf(localId: LocalId): LocalId | null;
  isCancelled(localId: LocalId): boolean;
}

export interface Names {
  addAlias(provider: string, localId: LocalId, alias: LocalId): Promise<void>;
  /** A mark for a backup that was cancelled by us, where the product has no word for it. */
  markCancelled(provider: string, localId: LocalId): Promise<void>;
  namesOf(provider: string, localIds: readonly LocalId[]): Promise<KnownNames>;
  localIdOf(provider: string, alias: LocalId): Promise<LocalId | null>;
}

export interface LoadedNames extends Names {
  readonly ready: Promise<void>;
}

export function createNames(database: StorageDatabase, health: StorageHealth, deferred: DeferredWrites): LoadedNames {
  const { db, kind, atomically, isShared } = database;
  const aliases = new Map<string, LocalId>();
  const localIds = new Map<string, LocalId>();
  const cancelled = new Set<string>();
  const keyOf = (provider: string, id: string): string => `${provider}:${id}`;

  function keepAlias(provider: string, localId: LocalId, alias: LocalId): void {
    aliases.set(keyOf(provider, localId), alias);
    localIds.set(keyOf(provider, alias), localId);
  }

  const aliasRows = db.selectFrom('aliases').select(['provider', 'local_id', 'alias']);
  const markRows = db.selectFrom('cancelled').select(['provider', 'local_id']);

  const load = async () => {
    for (const row of await aliasRows.execute()) keepAlias(row.provider, row.local_id, row.alias);
    for (const row of await markRows.execute()) cancelled.add(keyOf(row.provider, row.local_id));
  };
  // Of a shared database, what a page needs is read with the page.
  const ready = isShared ? readTolerantly(health, load) : health.read(load);

  /** What other gateways have written. Where the database cannot be read, what was known before has to do. */
  async function readShared(provider: string, ids: readonly LocalId[]): Promise<void> {
    const unknown = ids.filter((id) => !aliases.has(keyOf(provider, id)));
    const unmarked = ids.filter((id) => !cancelled.has(keyOf(provider, id)));
    if (unknown.length === 0 && unmarked.length === 0) return;
    await readTolerantly(health, async () => {
      // Every page asks this: one statement, which is the same for any number of ids.
      const { rows } = await sql<{ local_id: LocalId; alias: LocalId | null }>`
        select local_id, alias from ${tableOf(kind, 'aliases')} where provider = ${provider} and local_id = any(${unknown})
        union all
        select local_id, null from ${tableOf(kind, 'cancelled')} where provider = ${provider} and local_id = any(${unmarked})
      `.execute(db);
      for (const { local_id: localId, alias } of rows) {
        if (alias === null) cancelled.add(keyOf(provider, localId));
        else keepAlias(provider, localId, alias);
      }
    });
  }

  return {
    ready,
    async addAlias(provider, localId, alias) {
      keepAlias(provider, localId, alias);
      await deferred.write(() =>
        atomically(async (tx) => {
          await tx.deleteFrom('aliases').where('provider', '=', provider).where('alias', '=', alias).execute();
          await tx
            .insertInto('aliases')
            .values({ provider, local_id: localId, alias })
            .onConflict((conflict) => conflict.columns(['provider', 'local_id']).doUpdateSet({ alias }))
            .execute();
        }),
      );
    },
    async markCancelled(provider, localId) {
      cancelled.add(keyOf(provider, localId));
      const values = { provider, local_id: localId };
      await deferred.write(() =>
        db
          .insertInto('cancelled')
          .values(values)
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    },
    async namesOf(provider, ids) {
      await ready;
      if (isShared && ids.length > 0) await readShared(provider, ids);
      return {
        aliasOf: (localId) => aliases.get(keyOf(provider, localId)) ?? null,
        isCancelled: (localId) => cancelled.has(keyOf(provider, localId)),
      };
    },
    async localIdOf(provider, alias) {
      await ready;
      const known = localIds.get(keyOf(provider, alias));
      if (known !== undefined || !isShared) return known ?? null;
      await readTolerantly(health, async () => {
        const row = await aliasRows.where('provider', '=', provider).where('alias', '=', alias).executeTakeFirst();
        if (row) keepAlias(provider, row.local_id, alias);
      });
      return localIds.get(keyOf(provider, alias)) ?? null;
    },
  };
}

async function readTolerantly(health: StorageHealth, read: () => Promise<void>): Promise<void> {
  try {
    await health.read(read);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}
