/** The SQL of operations. */
import type { Instant } from '../core/instant.ts';
import type { LocalId } from '../core/model.ts';
import { jsonField } from '../storage/dialect.ts';
import type { StorageDatabase } from '../storage/storage-database.ts';
import type { OperationQuery, OperationRecord } from './operation-record.ts';

export function createOperationRows(database: StorageDatabase) {
  const { db, atomically, kind } = database;
  const records = db.selectFrom('operations').select('record');

  /** An older program has written no `externalId`. */
  function read({ record }: { readonly record: string }): OperationRecord {
    const operation = JSON.parse(record) as OperationRecord;
    return { ...operation, externalId: operation.externalId ?? null };
  }

  async function find(id: string): Promise<OperationRecord | null> {
    const row = await records.where('id', '=', id).executeTakeFirst();
    return row ? read(row) : null;
  }

  const save = (operation: OperationRecord, to = db) =>
    to
      .updateTable('operations')
      .set({ status: operation.status, record: JSON.stringify(operation) })
      .where('id', '=', operation.id)
      .execute();

  return {
    find,
    save: (operation: OperationRecord) => save(operation),
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
          record: JSON.stringify(operation),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    remove: (id: string) => db.deleteFrom('operations').where('id', '=', id).execute(),
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
        const row = await tx.selectFrom('operations').select('record').where('id', '=', id).executeTakeFirst();
        if (row) await save({ ...read(row), backupEndedAt: at }, tx);
      }),
    forgetBefore: (time: Instant) =>
      db.deleteFrom('operations').where('requested_at', '<', time).where('status', '<>', 'PENDING').execute(),
  };
}
