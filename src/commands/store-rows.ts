/** The SQL of operations. */
import { type Instant, now } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import { jsonField } from '../storage/dialect.ts';
import type { Replica } from '../storage/replicas.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { OperationQuery, OperationRecord, RecordedStart } from './operation-record.ts';

/** An operation that a replica owns, since a change of its owner. */
export interface Owned {
  readonly operation: OperationRecord;
  readonly epoch: number;
}

/** A command whose insertion is under way is not known yet, in microseconds. */
const unknownAfter = 60_000_000;

/** Settings have a column of their own, which is written once. */
const toRecord = ({ recorded: _, ...operation }: OperationRecord): string => JSON.stringify(operation);

export type OperationRows = ReturnType<typeof createOperationRows>;

/** `replica`: null of a gateway that is alone, which owns every operation. */
export function createOperationRows(database: StorageDatabase, replica: Replica | null) {
  const { db, atomically, kind } = database;
  const records = db.selectFrom('operations').select(['record', 'settings']);
  const owner = replica?.id ?? null;

  /** An older program has written no `externalId` and no settings. */
  function read({ record, settings }: { readonly record: string; readonly settings: string | null }): OperationRecord {
    const operation = JSON.parse(record) as OperationRecord;
    const recorded = settings === null ? null : (JSON.parse(settings) as RecordedStart);
    return { ...operation, externalId: operation.externalId ?? null, recorded };
  }

  async function find(id: string): Promise<OperationRecord | null> {
    const row = await records.where('id', '=', id).executeTakeFirst();
    return row ? read(row) : null;
  }

  const save = (operation: OperationRecord, to = db) =>
    to
      .updateTable('operations')
      .set({ status: operation.status, record: toRecord(operation) })
      .where('id', '=', operation.id)
      .execute();

  return {
    find,
    save: (operation: OperationRecord) => save(operation),
    /**
     * Writes it only if this replica has owned it since `epoch`, or if what became of it is certain and nobody knows yet:
     * then the one that looks for it stops. Resolves to its epoch; null if it was not written.
     */
    async saveOwned({ operation, epoch }: Owned): Promise<number | null> {
      const isCertain = operation.status === 'SUCCEEDED' || operation.status === 'FAILED';
      const row = await db
        .updateTable('operations')
        .set(({ eb }) => ({
          status: operation.status,
          record: toRecord(operation),
          owner,
          owner_epoch: eb
            .case()
            .when(eb.and([eb('owner', '=', owner), eb('owner_epoch', '=', epoch)]))
            .then(eb.ref('owner_epoch'))
            .else(eb('owner_epoch', '+', 1))
            .end(),
        }))
        .where('id', '=', operation.id)
        .where(({ eb, and, or }) =>
          or([
            and([eb('owner', '=', owner), eb('owner_epoch', '=', epoch)]),
            ...(isCertain ? [eb('status', '=', 'PENDING')] : []),
          ]),
        )
        .returning('owner_epoch')
        .executeTakeFirst();
      return row?.owner_epoch ?? null;
    },
    /**
     * Becomes the owner of what is not over and whose owner is lost; and of own commands that are not `known`: their answer
     * was lost, and they were committed later.
     */
    async takeOver({ id, isLive }: Replica, known: readonly string[]): Promise<Owned[]> {
      // What another survivor is just taking over is left to that one: two that wait for each other would fail.
      const left = db
        .selectFrom('operations')
        .select('id')
        .where(({ eb, and, or }) =>
          or([
            eb('status', '=', 'PENDING'),
            and([
              eb('status', '=', 'SUCCEEDED'),
              eb('kind', '<>', 'CANCEL'),
              eb(jsonField(kind, 'record', 'backupId'), 'is not', null),
              eb(jsonField(kind, 'record', 'backupEndedAt'), 'is', null),
            ]),
          ]),
        )
        .where(({ eb, and, or, not }) =>
          or([
            eb('owner', 'is', null),
            not(isLive('owner')),
            and([
              eb('owner', '=', id),
              eb('status', '=', 'PENDING'),
              eb('requested_at', '<', now() - unknownAfter),
              ...(known.length > 0 ? [eb('id', 'not in', known)] : []),
            ]),
          ]),
        )
        .orderBy('id')
        .forUpdate()
        .skipLocked();
      const rows = await db
        .updateTable('operations')
        .set(({ eb }) => ({ owner: id, owner_epoch: eb('owner_epoch', '+', 1) }))
        .where('id', 'in', left)
        .returning(['record', 'settings', 'owner_epoch', 'requested_at'])
        .execute();
      rows.sort((a, b) => a.requested_at - b.requested_at);
      return rows.map((row) => ({ operation: read(row), epoch: row.owner_epoch }));
    },
    /** Those of these operations that this replica owns. */
    async owned(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
      if (ids.length === 0) return new Map();
      const rows = await db
        .selectFrom('operations')
        .select(['id', 'owner_epoch'])
        .where('id', 'in', ids)
        .where('owner', '=', owner)
        .execute();
      return new Map(rows.map((row) => [row.id, row.owner_epoch]));
    },
    async pendingOf(provider: string): Promise<OperationRecord[]> {
      const rows = await records
        .where('status', '=', 'PENDING')
        .where('provider', '=', provider)
        .orderBy('requested_at')
        .execute();
      return rows.map(read);
    },
    /** Resolves to false if the key is used. */
    async insert(operation: OperationRecord): Promise<boolean> {
      const { id, viewer, provider, idempotencyKey, status, requestedAt } = operation;
      const result = await db
        .insertInto('operations')
        .values({
          id,
          viewer,
          provider,
          kind: operation.kind,
          idempotency_key: idempotencyKey,
          status,
          requested_at: requestedAt,
          record: toRecord(operation),
          owner,
          settings: operation.recorded === null ? null : JSON.stringify(operation.recorded),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    /** One that was never sent; of several replicas, unless another one has taken it over. */
    remove: (id: string) => {
      const query = db.deleteFrom('operations').where('id', '=', id);
      return (owner === null ? query : query.where('owner', '=', owner)).execute();
    },
    async findByKey(viewer: string, key: string): Promise<OperationRecord | null> {
      const row = await records.where('viewer', '=', viewer).where('idempotency_key', '=', key).executeTakeFirst();
      return row ? read(row) : null;
    },
    async ofStatus(status: OperationRecord['status']): Promise<OperationRecord[]> {
      return (await records.where('status', '=', status).orderBy('requested_at').execute()).map(read);
    },
    async unended(): Promise<OperationRecord[]> {
      const rows = await records
        .where('status', '=', 'SUCCEEDED')
        .where('kind', '<>', 'CANCEL')
        .where(jsonField(kind, 'record', 'backupId'), 'is not', null)
        .where(jsonField(kind, 'record', 'backupEndedAt'), 'is', null)
        .$if(owner !== null, (query) => query.where('owner', '=', owner))
        .orderBy('requested_at')
        .execute();
      return rows.map(read);
    },
    /** Starts of these backups that did not fail. */
    async startsOf(provider: string, backupIds: readonly LocalId[]): Promise<OperationRecord[]> {
      const rows = await records
        .where('provider', '=', provider)
        .where('kind', '<>', 'CANCEL')
        .where('status', '<>', 'FAILED')
        .where(jsonField(kind, 'record', 'backupId'), 'in', backupIds)
        .execute();
      return rows.map(read);
    },
    /** Newest first. */
    async list({ providers, statuses, kinds, viewers, since, until, after, limit }: OperationQuery) {
      let query = records.where('provider', 'in', providers);
      if (statuses) query = query.where('status', 'in', statuses);
      if (kinds) query = query.where('kind', 'in', kinds);
      if (viewers) query = query.where('viewer', 'in', viewers);
      if (since !== null) query = query.where('requested_at', '>=', since);
      if (until !== null) query = query.where('requested_at', '<', until);
      if (after) {
        query = query.where(({ eb, and, or }) =>
          or([
            eb('requested_at', '<', after.requestedAt),
            and([eb('requested_at', '=', after.requestedAt), eb('id', '<', after.id)]),
          ]),
        );
      }
      const rows = await query.orderBy('requested_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
      return rows.map(read);
    },
    /** Of an operation that is not in memory, where nothing else changes it. */
    saveEnd: (id: string, at: Instant) =>
      atomically(async (tx) => {
        const row = await tx
          .selectFrom('operations')
          .select(['record', 'settings'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row) await save({ ...read(row), backupEndedAt: at }, tx);
      }),
    forgetBefore: (time: Instant) =>
      db.deleteFrom('operations').where('requested_at', '<', time).where('status', '<>', 'PENDING').execute(),
  };
}
