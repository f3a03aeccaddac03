/** The SQL of the audit log, and the shapes of its rows. */
import type Database from 'libsql';
import { z } from 'zod';

export const wireKey = z.object({ key: z.instanceof(Uint8Array) });
export const wireRow = z.object({ seq: z.int(), at: z.int(), count: z.int(), record: z.string() });
export const wireSeq = z.object({ seq: z.int() });
export const wireBytes = z.object({ bytes: z.int() });
export const wireShares = z.array(z.object({ viewer: z.string(), rows: z.int(), bytes: z.int() }));

/** Most rows that one statement deletes: some milliseconds, then other work has its turn. */
export const batchRows = 500;

export type AuditStatements = ReturnType<typeof prepareAudit>;

export function prepareAudit(database: Database.Database) {
  return {
    keyOf: database.prepare('SELECT key FROM audit_key'),
    insert: database.prepare(
      'INSERT INTO audit (at, viewer, is_personal, is_under_way, count, bytes, record) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    insertProvider: database.prepare('INSERT INTO audit_providers (provider, seq) VALUES (?, ?)'),
    setOperation: database.prepare("UPDATE audit SET record = json_set(record, '$.operation', ?) WHERE seq = ?"),
    bytesOf: database.prepare('SELECT bytes FROM audit WHERE seq = ?'),
    update: database.prepare('UPDATE audit SET is_under_way = 0, bytes = ?, record = ? WHERE seq = ?'),
    remove: database.prepare('DELETE FROM audit WHERE seq = ?'),
    underWay: database.prepare('SELECT seq, at, count, record FROM audit WHERE is_under_way = 1 ORDER BY seq'),
    bySeq: database.prepare('SELECT seq, at, count, record FROM audit WHERE seq = ? AND at >= ?'),
    ofAll: database.prepare(
      'SELECT seq, at, count, record FROM audit WHERE seq < ? AND at >= ? ORDER BY seq DESC LIMIT ?',
    ),
    ofProvider: database.prepare(
      `SELECT audit.seq AS seq FROM audit_providers JOIN audit ON audit.seq = audit_providers.seq
     WHERE provider = ? AND audit_providers.seq < ? AND at >= ? ORDER BY audit_providers.seq DESC LIMIT ?`,
    ),
    ofOwn: database.prepare(
      'SELECT seq FROM audit WHERE is_personal = 1 AND viewer = ? AND seq < ? AND at >= ? ORDER BY seq DESC LIMIT ?',
    ),
    isOfProvider: database.prepare('SELECT seq FROM audit_providers WHERE provider = ? AND seq = ?'),
    dropOld: database.prepare(
      `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? ORDER BY at LIMIT ${batchRows})
     RETURNING viewer, 1 AS rows, bytes`,
    ),
    dropOldest: database.prepare(
      `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE viewer = ? ORDER BY seq LIMIT ?)
     RETURNING viewer, 1 AS rows, bytes`,
    ),
    sharesOfAll: database.prepare('SELECT viewer, count(*) AS rows, sum(bytes) AS bytes FROM audit GROUP BY viewer'),
  };
}
