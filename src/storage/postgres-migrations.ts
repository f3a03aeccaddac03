/** Applies the migrations to PostgreSQL. Several processes may do so at once: one applies them, the others wait. */
import type pg from 'pg';
import { LedgerError } from './database.ts';
import { postgresSchema } from './dialect.ts';
import { migrations } from './migrations.ts';
import { withClient } from './postgres-client.ts';
import { labelOf } from './storage-url.ts';

/** Of transactions that migrate. `BKPM` in ASCII. */
const migrationLock = 0x424b504d;
/** The oldest server that is supported. */
const oldestServer = 150_000;

/** Returns the version before and after. Rejects with LedgerError. */
export const migratePostgres = (url: string): Promise<{ from: number; to: number }> =>
  withClient(url, async (client) => {
    const to = migrations.length;
    const found = await readPostgresVersion(client, url);
    if (found === to) return { from: to, to };
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    // Another process may have applied them meanwhile.
    const from = await readPostgresVersion(client, url);
    if (from === 0) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${postgresSchema}`);
      await client.query(`CREATE TABLE ${postgresSchema}.schema_version (version INTEGER NOT NULL)`);
      await client.query(`INSERT INTO ${postgresSchema}.schema_version VALUES (0)`);
    }
    await client.query(`SET LOCAL search_path TO ${postgresSchema}`);
    for (const { postgres } of migrations.slice(from)) await client.query(postgres);
    await client.query('UPDATE schema_version SET version = $1', [to]);
    await client.query('COMMIT');
    return { from, to };
  });

/** Returns 0 where there are no tables yet. Rejects with LedgerError for a server or tables that cannot be used. */
export async function readPostgresVersion(client: pg.Client, url: string): Promise<number> {
  const server = await client.query("SELECT current_setting('server_version_num')::int AS number");
  if ((server.rows[0] as { number: number }).number < oldestServer) {
    throw new LedgerError(`The database ${labelOf(url)} is of an older PostgreSQL: version 15 or newer is needed.`);
  }
  // Not `to_regclass`, whose cache may be older than what another process has just committed.
  const known = await client.query(
    "SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1 AND relname = 'schema_version'",
    [postgresSchema],
  );
  if (known.rows.length === 0) return 0;
  const { rows } = await client.query(`SELECT version FROM ${postgresSchema}.schema_version`);
  const version = (rows[0] as { version: number } | undefined)?.version ?? 0;
  if (version <= migrations.length) return version;
  throw new LedgerError(
    `The database ${labelOf(url)} is of version ${version}, and this program knows ${migrations.length}: use a newer program, or another database.`,
  );
}
