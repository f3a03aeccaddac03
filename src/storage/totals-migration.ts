/**
 * The SQL of the totals of stored backups, per quarter hour. Triggers of the database maintain them, so that no statement
 * about backups can forget to. A released step must not change, so neither must this file.
 */

/** Rows without a time have a quarter hour of their own, before all others. */
const slot = (row: string): string => `CASE WHEN ${row}.sort_at <= 0 THEN -1 ELSE ${row}.sort_at / 900000000 END`;

const measured = [
  ['timed', 'duration', 'duration'],
  ['original', 'original_bytes', 'original_bytes'],
  ['stored', 'stored_bytes', 'stored_bytes'],
] as const;

interface Totals {
  readonly table: string;
  /** Column of the key, and the expression of a row that has the alias. */
  readonly key: readonly (readonly [column: string, of: (row: string) => string])[];
}

const provider = ['provider', (row: string) => `${row}.provider`] as const;
const others = [
  ['slot', slot],
  ['type', (row: string) => `${row}.type`],
  ['trigger_kind', (row: string) => `${row}.trigger_kind`],
  ['status', (row: string) => `${row}.status`],
] as const;

/** Most questions are not about single entities, and the first table has far fewer rows. */
const both: readonly Totals[] = [
  { table: 'history_totals', key: [provider, ...others] },
  {
    table: 'history_entity_totals',
    key: [provider, ['entity_id', (row) => `coalesce(${row}.entity_id, '')`], ...others],
  },
];

const keyOf = ({ key }: Totals): string => key.map(([column]) => column).join(', ');
const valuesOf = ({ key }: Totals, row: string): string => key.map(([, of]) => of(row)).join(', ');
const sums = ['runs', ...measured.flatMap(([name, sum]) => [`${name}_count`, sum])];
/** What one row adds. */
const added = (row: string): string =>
  `1, ${measured.map(([, , column]) => `(${row}.${column} IS NOT NULL), coalesce(${row}.${column}, 0)`).join(', ')}`;

const createTable = (totals: Totals, integer: string, sum: string, ending: string): string =>
  `CREATE TABLE ${totals.table} (
     ${totals.key.map(([column]) => `${column} ${column === 'slot' || column === 'hour' ? 'INTEGER' : 'TEXT'} NOT NULL`).join(', ')},
     runs ${integer} NOT NULL,
     ${measured.map(([name, column]) => `${name}_count ${integer} NOT NULL, ${column} ${sum} NOT NULL`).join(', ')},
     PRIMARY KEY (${keyOf(totals)})
   )${ending};`;

const summed = (sign: string, sum = 'sum'): string[] => [
  `sum(${sign})`,
  ...measured.flatMap(([, , column]) => [
    `sum(CASE WHEN ${column} IS NULL THEN 0 ELSE ${sign} END)`,
    `${sum}(coalesce(${column}, 0) * ${sign})`,
  ]),
];

const groupBy = ({ key }: Totals): string => `GROUP BY ${key.map((_, index) => index + 1).join(', ')}`;

const fill = (totals: Totals, sum: string): string =>
  `INSERT INTO ${totals.table} SELECT ${valuesOf(totals, 'b')}, ${summed('1', sum).join(', ')} FROM history_backups AS b ${groupBy(totals)};`;

const onConflict = (totals: Totals, own: string): string =>
  `ON CONFLICT (${keyOf(totals)}) DO UPDATE SET ${sums.map((name) => `${name} = ${own}${name} + excluded.${name}`).join(', ')}`;

const add = (totals: Totals): string =>
  `INSERT INTO ${totals.table} VALUES (${valuesOf(totals, 'new')}, ${added('new')}) ${onConflict(totals, '')};`;

const isCell = (totals: Totals, row: string): string =>
  totals.key.map(([column, of]) => `${column} = ${of(row)}`).join(' AND ');

const subtract = (totals: Totals): string =>
  `UPDATE ${totals.table} SET runs = runs - 1, ${measured
    .map(
      ([name, column]) =>
        `${name}_count = ${name}_count - (old.${column} IS NOT NULL), ${column} = ${column} - coalesce(old.${column}, 0)`,
    )
    .join(', ')} WHERE ${isCell(totals, 'old')};
   DELETE FROM ${totals.table} WHERE ${isCell(totals, 'old')} AND runs = 0;`;

const counted = ['sort_at', 'entity_id', 'type', 'trigger_kind', 'status', ...measured.map(([, , column]) => column)];

/** Of hours and statuses alone: questions over months read a fraction of the rows. */
const hourly: readonly Totals[] = [
  {
    table: 'history_hours',
    key: [
      provider,
      ['hour', (row) => `CASE WHEN ${row}.sort_at <= 0 THEN -1 ELSE ${row}.sort_at / 3600000000 END`],
      ['status', (row) => `${row}.status`],
    ],
  },
];

type All = (part: (totals: Totals) => string) => string;
const allOf =
  (tables: readonly Totals[]): All =>
  (part) =>
    tables.map(part).join('\n');

/** Sums of more than 64 bits become inexact there; its function `sum` would fail. */
const toSqlite = (
  all: All,
  name: string,
): string => `${all((totals) => createTable(totals, 'INTEGER', 'INTEGER', ' WITHOUT ROWID'))}
  ${all((totals) => fill(totals, 'total'))}
  CREATE TRIGGER ${name}_counted AFTER INSERT ON history_backups BEGIN ${all(add)} END;
  CREATE TRIGGER ${name}_recounted AFTER UPDATE ON history_backups
    WHEN ${counted.map((column) => `new.${column} IS NOT old.${column}`).join(' OR ')}
    BEGIN ${all(subtract)} ${all(add)} END;
  CREATE TRIGGER ${name}_uncounted AFTER DELETE ON history_backups BEGIN ${all(subtract)} END;`;

const merge = (totals: Totals, rows: string): string =>
  `INSERT INTO ${totals.table} AS known SELECT ${valuesOf(totals, 'b')}, ${summed('b.sign').join(', ')}
   FROM (${rows}) AS b ${groupBy(totals)} HAVING ${summed('b.sign')
     .map((sum) => `${sum} <> 0`)
     .join(' OR ')}
   ${onConflict(totals, 'known.')};`;

const clean = (totals: Totals): string =>
  `DELETE FROM ${totals.table} AS known USING (SELECT DISTINCT ${totals.key.map(([column, of]) => `${of('b')} AS ${column}`).join(', ')} FROM formerly AS b) AS cells
   WHERE known.runs = 0 AND ${totals.key.map(([column]) => `known.${column} = cells.${column}`).join(' AND ')};`;

const now = 'SELECT added.*, 1 AS sign FROM added';
const before = 'SELECT formerly.*, -1 AS sign FROM formerly';

/** The tables of the statement are read once for all its rows. The path is that of the migration. */
const whenever = (name: string, event: string, tables: string, body: string): string =>
  `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
   BEGIN ${body} RETURN NULL; END $body$;
   CREATE TRIGGER ${name} AFTER ${event} ON history_backups REFERENCING ${tables} FOR EACH STATEMENT EXECUTE FUNCTION ${name}();`;

const toPostgres = (all: All, name: string): string => `${all((totals) => createTable(totals, 'BIGINT', 'NUMERIC', ''))}
  ${all((totals) => fill(totals, 'sum'))}
  ${whenever(
    `${name}_counted`,
    'INSERT',
    'NEW TABLE AS added',
    all((totals) => merge(totals, now)),
  )}
  ${whenever(
    `${name}_recounted`,
    'UPDATE',
    'OLD TABLE AS formerly NEW TABLE AS added',
    `${all((totals) => merge(totals, `${now} UNION ALL ${before}`))} ${all(clean)}`,
  )}
  ${whenever(
    `${name}_uncounted`,
    'DELETE',
    'OLD TABLE AS formerly',
    `${all((totals) => merge(totals, before))} ${all(clean)}`,
  )}`;

export const quarterHours = {
  sqlite: toSqlite(allOf(both), 'history'),
  postgres: toPostgres(allOf(both), 'history'),
};
export const hours = {
  sqlite: toSqlite(allOf(hourly), 'history_hours'),
  postgres: toPostgres(allOf(hourly), 'history_hours'),
};
