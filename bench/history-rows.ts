/** A database with the history of a company, made by one statement that both databases understand. */
import Database from 'libsql';
import pg from 'pg';

/** A statement of one's own beside the gateway. */
export interface BesideDatabase extends AsyncDisposable {
  readonly kind: 'SQLite' | 'PostgreSQL';
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  exec(sql: string): Promise<void>;
}

export function openFile(path: string): BesideDatabase {
  const database = new Database(path);
  return {
    kind: 'SQLite',
    query: async (sql) => database.prepare(sql).all() as Record<string, unknown>[],
    exec: async (sql) => void database.exec(sql),
    [Symbol.asyncDispose]: async () => void database.close(),
  };
}

export async function openServer(url: string): Promise<BesideDatabase> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SET search_path TO backplane');
  return {
    kind: 'PostgreSQL',
    query: async (sql) => (await client.query(sql)).rows as Record<string, unknown>[],
    exec: async (sql) => void (await client.query(sql)),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

/** Fewer than are kept. */
export const days = 390;
const dayUs = 86_400_000_000;
const entities = 600;

/** Of the names that systems of the bench have, each with its kind. */
export const providers = ['flosum', 'labii', 'vprotect', 'borg'] as const;

const text = (value: string): string => `CAST(${value} AS TEXT)`;
const oneOf = (expression: string, values: readonly string[]): string =>
  `CASE ${expression} ${values.map((value, index) => `WHEN ${index} THEN '${value}'`).join(' ')} END`;

const provider = oneOf(
  'i % 4',
  providers.map((kind) => `${kind}-0`),
);
const status = oneOf('i % 7', ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'SUCCEEDED', 'SUCCEEDED', 'CANCELLED']);
const type = oneOf('i % 5', ['FULL', 'INCREMENTAL', 'INCREMENTAL', 'INCREMENTAL', 'INCREMENTAL']);
const trigger = oneOf('i % 9 / 8', ['SCHEDULED', 'MANUAL']);
const entity = `'entity-' || ${text(`(i / 4) % ${entities}`)}`;
const seconds = '(60 + (i * 37) % 2000)';
const bytes = '(1000000000 + (i * 7919) % 90000000000)';

function rowsOf(count: number, newest: number): string {
  const at = `(${newest} - i * ${Math.floor((days * dayUs) / count)})`;
  const id = `'job-' || ${text('i')}`;
  const field = (name: string, value: string) => `'"${name}":' || ${value} || ','`;
  const quoted = (value: string) => `'"' || ${value} || '"'`;
  const record = [
    `'{"kind":' || '"' || ${oneOf('i % 4', providers)} || '",'`,
    field('provider', quoted(provider)),
    ...['localId', 'externalId'].map((name) => field(name, quoted(id))),
    field('entityId', quoted(entity)),
    field('name', quoted(`'Nightly backup of ' || ${entity}`)),
    field('status', quoted(status)),
    field('type', quoted(type)),
    field('trigger', quoted(trigger)),
    ...['sortedAt', 'startedAt'].map((name) => field(name, text(at))),
    field('endedAt', text(`${at} + ${seconds} * 1000000`)),
    `'"description":null,"upstreamStatus":"completed","size":{"originalBytes":' || ${text(bytes)} || ',"compressedBytes":null,"deduplicatedBytes":null,"storedBytes":' || ${text(`${bytes} / 3`)} || '},'`,
    `'"itemCount":null,"isRemoved":false,"progress":null,"errorMessage":null,"warnings":[],"details":null}'`,
  ].join(' || ');
  return `WITH RECURSIVE numbers (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i < ${count - 1})
    SELECT ${provider}, ${id}, ${id}, ${at}, '1job-' || ${text('i')}, ${entity}, ${status}, ${type}, ${trigger},
      'Nightly backup of ' || ${entity}, ${at}, ${at} + ${seconds} * 1000000, ${seconds} * 1000000, ${bytes}, ${bytes} / 3, NULL,
      ${bytes} / 3, 'nightly backup of ' || ${entity}, ${record}, ${newest}, NULL FROM numbers`;
}

const columns = `provider, local_id, external_id, sort_at, id_key, entity_id, status, type, trigger_kind, name, started_at, ended_at,
  duration, original_bytes, stored_bytes, item_count, size_bytes, name_key, record, observed_at, removed_at`;

/** Fills tables that a gateway has made. What the products list is not read for an hour: the state says that it was. */
export async function fill(database: BesideDatabase, count: number, newest: number): Promise<void> {
  await database.exec(`INSERT INTO history_backups (${columns}) ${rowsOf(count, newest)}`);
  for (const kind of providers) {
    const state = {
      kind,
      backfill: { after: null, offset: 0, isOrderAssumed: false, isDone: true, from: newest - days * dayUs },
      ...{ hasGaps: false, headAt: newest, asOf: newest, recentSweptAt: newest, fullSweptAt: newest },
      ...{ counted: null, problem: null, failure: null },
    };
    await database.exec(`INSERT INTO history_readers VALUES ('${kind}-0', '${JSON.stringify(state)}')`);
  }
  // PostgreSQL does so by itself a minute after such a change.
  await database.exec(database.kind === 'SQLite' ? 'ANALYZE' : 'VACUUM ANALYZE');
}

/** What a person would write for the days of UTC, from the totals. */
export const byHand = `SELECT provider, hour / 24 AS day, sum(runs) AS runs,
    sum(CASE WHEN status IN ('SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS') THEN runs ELSE 0 END) AS succeeded,
    sum(CASE WHEN status = 'FAILED' THEN runs ELSE 0 END) AS failed,
    sum(stored_bytes) AS stored_bytes
  FROM history_hours WHERE provider IN (${providers.map((kind) => `'${kind}-0'`).join(', ')}) AND hour >= 0 AND hour < 83333333
  GROUP BY 1, 2`;

/** The same from the rows, as without totals. */
export const fromRows = `SELECT provider, sort_at / 86400000000 AS day, count(*) AS runs,
    sum(CASE WHEN status IN ('SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS') THEN 1 ELSE 0 END) AS succeeded,
    sum(CASE WHEN status = 'FAILED' THEN 1 ELSE 0 END) AS failed,
    sum(stored_bytes) AS stored_bytes
  FROM history_backups GROUP BY 1, 2`;

/** Bytes of the tables of the history and of their indexes, by name. */
export async function sizesOf(database: BesideDatabase): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query(
    database.kind === 'SQLite'
      ? "SELECT name, sum(pgsize) AS bytes FROM dbstat WHERE name LIKE '%history%' GROUP BY name"
      : "SELECT relname AS name, pg_relation_size(oid) + CASE WHEN relkind = 'r' THEN coalesce(pg_relation_size(reltoastrelid), 0) ELSE 0 END AS bytes FROM pg_class WHERE relname LIKE 'history%' AND relkind IN ('r', 'i')",
  );
  return new Map(rows.map(({ name, bytes }) => [String(name), Number(bytes)]));
}
