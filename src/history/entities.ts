/** Entities as their products listed them last. Entities of an id that is gone are gone here as well. */
import type { StoredEntities } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import type { LocalId, ProtectedEntity } from '../core/model.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { StorageHealth } from '../storage/storage-health.ts';
import { parseState } from './state.ts';

/** Parameters of one statement are limited. */
const atOnce = 200;

/** Brings the stored entities of a provider up to what it lists now. Rows that are the same are not written again. */
export async function replaceEntities(to: Db, provider: string, entities: readonly ProtectedEntity[]): Promise<void> {
  const stored = await to
    .selectFrom('history_entities')
    .select(['local_id', 'record'])
    .where('provider', '=', provider)
    .execute();
  const known = new Map(stored.map((row) => [row.local_id, row.record]));
  const listed = new Map(entities.map((entity) => [entity.externalId, JSON.stringify(entity)]));
  const gone = [...known.keys()].filter((id) => !listed.has(id));
  for (const ids of inParts(gone)) {
    await to.deleteFrom('history_entities').where('provider', '=', provider).where('local_id', 'in', ids).execute();
  }
  const changed = [...listed].filter(([id, record]) => known.get(id) !== record);
  for (const part of inParts(changed)) {
    await to
      .insertInto('history_entities')
      .values(part.map(([id, record]) => ({ provider, local_id: id, record })))
      .onConflict((conflict) =>
        conflict.columns(['provider', 'local_id']).doUpdateSet((eb) => ({ record: eb.ref('excluded.record') })),
      )
      .execute();
  }
}

export interface StoredEntityReads {
  list(provider: string): Promise<StoredEntities | null>;
  get(provider: string, ids: readonly LocalId[]): Promise<ReadonlyMap<LocalId, ProtectedEntity>>;
}

export function createEntityReads({ db }: Pick<StorageDatabase, 'db'>, health: StorageHealth): StoredEntityReads {
  async function observedAt(provider: string): Promise<Instant | null> {
    const row = await health.read(() =>
      db.selectFrom('history_readers').select('state').where('provider', '=', provider).executeTakeFirst(),
    );
    return (row && parseState(row.state)?.entitiesAt) ?? null;
  }

  return {
    async list(provider) {
      const asOf = await observedAt(provider);
      if (asOf === null) return null;
      const rows = await health.read(() =>
        db.selectFrom('history_entities').select('record').where('provider', '=', provider).execute(),
      );
      return { asOf, entities: rows.map(({ record }) => toEntity(record, asOf)) };
    },
    async get(provider, ids) {
      const asOf = await observedAt(provider);
      const found = new Map<LocalId, ProtectedEntity>();
      if (asOf === null) return found;
      for (const part of inParts(ids)) {
        const rows = await health.read(() =>
          db
            .selectFrom('history_entities')
            .select(['local_id', 'record'])
            .where('provider', '=', provider)
            .where('local_id', 'in', part)
            .execute(),
        );
        for (const { local_id: id, record } of rows) found.set(id, toEntity(record, asOf));
      }
      return found;
    },
  };
}

const toEntity = (record: string, observedAt: Instant): ProtectedEntity => ({
  ...(JSON.parse(record) as ProtectedEntity),
  observedAt,
});

function* inParts<T>(values: readonly T[]): Iterable<readonly T[]> {
  for (let start = 0; start < values.length; start += atOnce) yield values.slice(start, start + atOnce);
}
