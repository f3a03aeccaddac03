/** The SQL of the audit log. */
import type { Instant } from '../core/instant.ts';
import type { Replica } from '../storage/replicas.ts';
import type { Db, StorageDatabase } from '../storage/storage-database.ts';
import type { AuditRecord } from './audit-entry.ts';

export interface AuditRow {
  readonly seq: number;
  readonly at: Instant;
  readonly count: number;
  readonly record: string;
}

export interface NewAuditRow extends Omit<AuditRow, 'seq'> {
  readonly viewer: string;
  readonly is_personal: 0 | 1;
  readonly is_under_way: 0 | 1;
  readonly bytes: number;
}

/** An entry that was deleted. */
export interface DroppedRow {
  readonly viewer: string;
  readonly bytes: number;
}

/** Most rows that one statement deletes: some milliseconds, then other work has its turn. */
export const batchRows = 500;

export type AuditRows = ReturnType<typeof createAuditRows>;

/** `replica`: null of a gateway that is alone. */
export function createAuditRows({ db, atomically }: StorageDatabase, replica: Replica | null) {
  const entries = db.selectFrom('audit').select(['seq', 'at', 'count', 'record']);

  return {
    /** 32 bytes, of one database. */
    async key(): Promise<Uint8Array> {
      const { key } = await db.selectFrom('audit_key').select('key').executeTakeFirstOrThrow();
      return key instanceof Uint8Array ? key : new Uint8Array(key);
    },
    async insert(to: Db, row: NewAuditRow): Promise<number> {
      return (
        await to
          .insertInto('audit')
          .values({ ...row, replica: replica?.id ?? null })
          .returning('seq')
          .executeTakeFirstOrThrow()
      ).seq;
    },
    async insertProviders(to: Db, seq: number, providers: readonly string[]): Promise<void> {
      if (providers.length === 0) return;
      const values = providers.map((provider) => ({ provider, seq }));
      await to.insertInto('audit_providers').values(values).execute();
    },
    setOperation: (seq: number, operation: string) =>
      atomically(async (tx) => {
        const row = await tx.selectFrom('audit').select('record').where('seq', '=', seq).executeTakeFirst();
        if (!row) return;
        const record = JSON.stringify({ ...(JSON.parse(row.record) as AuditRecord), operation });
        await tx.updateTable('audit').set({ record }).where('seq', '=', seq).execute();
      }),
    /** Null for an entry that was deleted. */
    async bytesOf(seq: number): Promise<number | null> {
      return (await db.selectFrom('audit').select('bytes').where('seq', '=', seq).executeTakeFirst())?.bytes ?? null;
    },
    complete: (to: Db, seq: number, bytes: number, record: string) =>
      to.updateTable('audit').set({ is_under_way: 0, bytes, record }).where('seq', '=', seq).execute(),
    remove: (seq: number) => db.deleteFrom('audit').where('seq', '=', seq).execute(),
    /** Those that nobody completes any more. */
    async left(): Promise<AuditRow[]> {
      const underWay = entries.where('is_under_way', '=', 1);
      const left = replica
        ? underWay.where(({ or, eb, not }) => or([eb('replica', 'is', null), not(replica.isLive('replica'))]))
        : underWay;
      return left.orderBy('seq').execute();
    },
    async bySeq(seq: number, since: Instant): Promise<AuditRow | null> {
      return (await entries.where('seq', '=', seq).where('at', '>=', since).executeTakeFirst()) ?? null;
    },
    /** Newest first, before the entry `before`. */
    ofAll: (before: number, since: Instant, limit: number): Promise<AuditRow[]> =>
      entries.where('seq', '<', before).where('at', '>=', since).orderBy('seq', 'desc').limit(limit).execute(),
    async seqsOfProvider(provider: string, before: number, since: Instant, limit: number): Promise<number[]> {
      const rows = await db
        .selectFrom('audit_providers')
        .innerJoin('audit', 'audit.seq', 'audit_providers.seq')
        .select('audit.seq')
        .where('provider', '=', provider)
        .where('audit_providers.seq', '<', before)
        .where('at', '>=', since)
        .orderBy('audit_providers.seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ seq }) => seq);
    },
    async seqsOfViewer(viewer: string, before: number, since: Instant, limit: number): Promise<number[]> {
      const rows = await db
        .selectFrom('audit')
        .select('seq')
        .where('is_personal', '=', 1)
        .where('viewer', '=', viewer)
        .where('seq', '<', before)
        .where('at', '>=', since)
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ seq }) => seq);
    },
    /** In any order. */
    bySeqs: (seqs: readonly number[], since: Instant): Promise<AuditRow[]> =>
      entries.where('seq', 'in', seqs).where('at', '>=', since).execute(),
    async isOfProvider(provider: string, seq: number): Promise<boolean> {
      const rows = db.selectFrom('audit_providers').select('seq');
      return (await rows.where('provider', '=', provider).where('seq', '=', seq).executeTakeFirst()) !== undefined;
    },
    dropOld: (before: Instant): Promise<DroppedRow[]> =>
      db
        .deleteFrom('audit')
        .where('seq', 'in', (some) =>
          some.selectFrom('audit').select('seq').where('at', '<', before).orderBy('at').limit(batchRows),
        )
        .returning(['viewer', 'bytes'])
        .execute(),
    dropOldest: (from: Db, viewer: string, limit: number): Promise<DroppedRow[]> =>
      from
        .deleteFrom('audit')
        .where('seq', 'in', (some) =>
          some.selectFrom('audit').select('seq').where('viewer', '=', viewer).orderBy('seq').limit(limit),
        )
        .returning(['viewer', 'bytes'])
        .execute(),
    shares: (from: Db = db) =>
      from
        .selectFrom('audit')
        .select(({ fn }) => ['viewer', fn.countAll<number>().as('rows'), fn.sum<number>('bytes').as('bytes')])
        .groupBy('viewer')
        .execute(),
  };
}
