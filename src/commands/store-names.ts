/**
 * What the gateway knows of backups besides their products: the ids that they were shown by before their products named
 * them, and which of them were cancelled here. Both are kept for good, and are in memory as well.
 */
import { GatewayError } from '../core/errors.ts';
import type { LocalId } from '../core/model.ts';
import type { DeferredWrites } from '../storage/deferred-writes.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import type { SharedState } from './store-shared.ts';

/** What is known of the backups of one provider. */
export interface KnownNames {
  /** The id that a backup was shown by; it keeps that id. Null if there is none. */
  aliasOf(localId: LocalId): LocalId | null;
  isCancelled(localId: LocalId): boolean;
  /** A gateway has a command under way, which may add to them. */
  readonly mayChange: boolean;
}

export interface Names {
  addAlias(provider: string, localId: LocalId, alias: LocalId): Promise<void>;
  /** A mark for a backup that was cancelled by us, where the product has no word for it. */
  markCancelled(provider: string, localId: LocalId): Promise<void>;
  namesOf(provider: string): Promise<KnownNames>;
  localIdOf(provider: string, alias: LocalId): Promise<LocalId | null>;
}

export interface LoadedNames extends Names {
  readonly ready: Promise<void>;
  close(): void;
}

/** `sharedState`: null of a gateway that is alone, whose memory has everything. */
export function createNames(
  { db, atomically }: StorageDatabase,
  health: StorageHealth,
  deferred: DeferredWrites,
  sharedState: (() => Promise<SharedState>) | null,
): LoadedNames {
  const aliases = new Map<string, LocalId>();
  const localIds = new Map<string, LocalId>();
  const cancelled = new Set<string>();
  /** Everything up to this is in memory. */
  let version = -1;
  let mayChange = false;
  const keyOf = (provider: string, id: string): string => `${provider}:${id}`;

  function keepAlias(provider: string, localId: LocalId, alias: LocalId): void {
    aliases.set(keyOf(provider, localId), alias);
    localIds.set(keyOf(provider, alias), localId);
  }

  async function readNewer(than: number): Promise<void> {
    const newer = db.selectFrom('aliases').select(['provider', 'local_id', 'alias']).where('version', '>', than);
    for (const row of await newer.execute()) keepAlias(row.provider, row.local_id, row.alias);
    const marks = db.selectFrom('cancelled').select(['provider', 'local_id']).where('version', '>', than);
    for (const row of await marks.execute()) cancelled.add(keyOf(row.provider, row.local_id));
  }

  /** What other gateways have written. Where the database cannot be read, what was known before has to do. */
  const catchUp = (state: () => Promise<SharedState>) =>
    readTolerantly(health, async () => {
      const { namesVersion, hasPending } = await state();
      mayChange = hasPending;
      if (namesVersion === version) return;
      // A restored database may have lower ones: all of them are read again.
      await readNewer(namesVersion > version ? version : -1);
      version = namesVersion;
    });

  const current = async (): Promise<void> => {
    await ready;
    if (sharedState) await catchUp(sharedState);
  };

  const ready = sharedState ? catchUp(sharedState) : health.read(() => readNewer(-1));
  // Another server may have taken the place of the one that went away.
  const stopListening = health.onRecovery(async () => {
    version = -1;
  });

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
    async namesOf(provider) {
      await current();
      return {
        aliasOf: (localId) => aliases.get(keyOf(provider, localId)) ?? null,
        isCancelled: (localId) => cancelled.has(keyOf(provider, localId)),
        mayChange,
      };
    },
    async localIdOf(provider, alias) {
      await current();
      return localIds.get(keyOf(provider, alias)) ?? null;
    },
    close: stopListening,
  };
}

async function readTolerantly(health: StorageHealth, read: () => Promise<void>): Promise<void> {
  try {
    await health.read(read);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}
