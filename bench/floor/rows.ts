/** One list of a product, as a careful engineer would read it by hand. */
import type { BackupNode } from '../operations.ts';
import type { borgRow } from '../products/borg.ts';
import type { flosumRow } from '../products/flosum.ts';
import type { labiiRow } from '../products/labii.ts';
import type { vprotectRow } from '../products/vprotect.ts';
import { credentials, type Kind, type Served } from '../systems.ts';

type FlosumRow = ReturnType<typeof flosumRow>;
type LabiiRow = ReturnType<typeof labiiRow>;
type VProtectRow = ReturnType<typeof vprotectRow>;
type BorgRow = ReturnType<typeof borgRow>;

/** How the rows of one collection are asked for and read. */
export interface List<Row> {
  readonly provider: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Path of the newest rows. */
  readonly path: (count: number) => string;
  /** Path of one backup by the id that `idOf` made of it. */
  readonly onePath: (id: string) => string;
  /** Rows of a list. */
  readonly rowsOf: (body: unknown) => readonly Row[];
  /** The row of the answer to `onePath`. */
  readonly rowOf: (body: unknown) => Row | undefined;
  readonly idOf: (row: Row) => string;
  /** Where a row belongs in the order, in milliseconds. */
  readonly timeOf: (row: Row) => number;
  readonly show: (row: Row) => Omit<BackupNode, 'id' | 'provider'>;
}

// biome-ignore lint/suspicious/noExplicitAny: rows of different products lie in one array
export type AnyList = List<any>;

const authorization = `Bearer ${credentials.token}`;
const words: Readonly<Record<string, string>> = {
  Completed: 'SUCCEEDED',
  Exception: 'FAILED',
  Aborted: 'CANCELLED',
  SUCCESS: 'SUCCEEDED',
  PARTIAL_SUCCESS: 'SUCCEEDED_WITH_WARNINGS',
  FAILED: 'FAILED',
  completed: 'SUCCEEDED',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
};
const statusOf = (word: string): string => words[word] ?? 'UNKNOWN';

const everything =
  'types=full&types=full+%26+sync&types=template&types=archive' +
  '&statuses=In+Progress&statuses=Exception&statuses=Completed&statuses=Aborted&sortBy=startedDate&order=DESC';

const flosumList = ({ name, origin }: Served, connection: number): List<FlosumRow> => ({
  provider: name,
  origin,
  headers: { authorization },
  path: (count) => `/api/v1/connections/${connection}/backups?page=1&limit=${count}&${everything}`,
  onePath: (id) => {
    const at = Number(id.split('.')[1]);
    const bounds = `startedDate=${new Date(at).toISOString()}&endDate=${new Date(at).toISOString()}`;
    return `/api/v1/connections/${connection}/backups?page=1&limit=1&${everything}&${bounds}`;
  },
  rowsOf: (body) => (body as { items: FlosumRow[] }).items,
  rowOf: (body) => (body as { items: FlosumRow[] }).items[0],
  idOf: (row) => `${row.id}.${Date.parse(row.startedDate)}`,
  timeOf: (row) => Date.parse(row.startedDate),
  show: (row) => ({
    externalId: String(row.id),
    name: row.name,
    status: statusOf(row.jobStatus),
    startedAt: new Date(row.startedDate).toISOString(),
    size: { originalBytes: row.size },
  }),
});

const toDate = (s: string): string =>
  `${s.slice(0, 4)}-${s.slice(4, 6)}-${s.slice(6, 8)}T${s.slice(8, 10)}:${s.slice(10, 12)}:${s.slice(12, 14)}.000Z`;

const labiiList = ({ name, origin }: Served): List<LabiiRow> => ({
  provider: name,
  origin,
  headers: { authorization: `Token ${credentials.token}` },
  path: (count) => `/v1/organizations/backup/list/organization/org1/list/?page=1&page_size=${count}`,
  onePath: (id) => `/v1/organizations/backup/detail/${id}/`,
  rowsOf: (body) => (body as { results: LabiiRow[] }).results,
  rowOf: (body) => body as LabiiRow,
  idOf: (row) => row.sid,
  timeOf: (row) => Date.parse(row.date_created),
  show: (row) => ({
    externalId: row.sid,
    name: row.name,
    status: 'SUCCEEDED',
    startedAt: toDate(row.name),
    size: { originalBytes: Math.round(Number.parseFloat(row.database_size) * 2 ** 30) },
  }),
});

const vprotectList = ({ name, origin }: Served): List<VProtectRow> => ({
  provider: name,
  origin,
  headers: { cookie: `JSESSIONID=${credentials.token}` },
  path: (count) => `/api/backups?page=0&size=${count}&orderBy=snapshotTime&direction=desc`,
  onePath: (id) => `/api/backups/${id}`,
  rowsOf: (body) => body as VProtectRow[],
  rowOf: (body) => body as VProtectRow,
  idOf: (row) => row.guid,
  timeOf: (row) => row.snapshotTime,
  show: (row) => ({
    externalId: row.guid,
    name: null,
    status: statusOf(row.status.name),
    startedAt: new Date(row.snapshotTime).toISOString(),
    size: { originalBytes: null },
  }),
});

const borgList = ({ name, origin }: Served): List<BorgRow> => ({
  provider: name,
  origin,
  headers: { authorization },
  path: (count) => `/api/backup/jobs?limit=${count}`,
  onePath: (id) => `/api/backup/status/${id}`,
  rowsOf: (body) => (body as { jobs: BorgRow[] }).jobs,
  rowOf: (body) => body as BorgRow,
  idOf: (row) => String(row.id),
  timeOf: (row) => Date.parse(row.started_at),
  show: (row) => ({
    externalId: String(row.id),
    name: row.archive_name,
    status: statusOf(row.status),
    // With the microseconds that the product writes.
    startedAt: `${row.started_at.slice(0, -6)}Z`,
    size: { originalBytes: row.progress_details.original_size },
  }),
});

const makers: Readonly<Record<Kind, (system: Served, collection: number) => AnyList>> = {
  flosum: flosumList,
  labii: labiiList,
  vprotect: vprotectList,
  borg: borgList,
};

/** One for each collection. */
export const listsOf = (system: Served): AnyList[] =>
  system.collections.map(({ id }) => makers[system.kind](system, id));
