/** The 27 query parameters that the list-like calls on backups share, and how every list is cut into pages. */
import type { SandboxReply } from '../../_kit/sandbox/http.ts';
import { backupStatuses, backupTypes, type Listed } from './backups.ts';
import { entityTypes } from './fixtures.ts';
import { type PageRequest, type Reference, Refusal, readDirection, readFlag, readLong, readWords } from './wire.ts';

/** The place of rows without a snapshot time in a sorted list. */
export type TimelessRows = 'newest' | 'oldest';
/** Which sort tokens this server answers with 400. */
export type RefusedOrders = 'none' | 'others' | 'all';

const isSame = (reference: Reference | null, guid: string): boolean => reference?.guid === guid;
const holds = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

type BackupTest = (value: string, listed: Listed) => boolean;

const tests: Readonly<Record<string, BackupTest>> = {
  'backup-destination': (value, { backup }) => backup.destination.guid === value,
  'backup-rule': (value, { backup }) => isSame(backup.rule, value),
  'cloud-service-provider': (value, { backup }) => isSame(backup.entity.cloudServiceProvider, value),
  filter: (value, { backup, facts }) =>
    [backup.entity.name, facts.guid, facts.description ?? '', facts.statusInfo ?? ''].some((text) =>
      holds(text, value),
    ),
  hypervisor: (value, { backup }) => isSame(backup.entity.hypervisor, value),
  'hypervisor-manager': (value, { backup }) => isSame(backup.entity.hypervisorManager, value),
  nameLike: (value, { backup }) => holds(backup.entity.name, value),
  node: (value, { backup }) => isSame(backup.entity.node, value),
  'parent-backup': (value, { facts }) => facts.parentBackup === value,
  'project-uuid': (value, { backup }) => isSame(backup.entity.project, value),
  'protected-entity': (value, { facts }) => facts.entity === value,
  'root-backup': (value, { facts }) => facts.rootBackup === value,
  'storage-provider': (value, { backup }) => isSame(backup.entity.storageProvider, value),
};

/** A mount needs the data of a machine. */
const isMountable = ({ backup, facts }: Listed): boolean =>
  backup.entity.type === 'VM' && ['SUCCESS', 'PARTIAL_SUCCESS'].includes(facts.status);

/** Both bounds are inclusive. A row without a snapshot time is in no span. */
export function backupFilter(query: URLSearchParams): (listed: Listed) => boolean {
  const statuses = readWords(query, 'status', backupStatuses);
  const [type] = readWords(query, 'type', backupTypes);
  const [entityType] = readWords(query, 'protected-entity-type', entityTypes);
  const [from, to] = [readLong(query, 'from'), readLong(query, 'to')];
  const minSize = readLong(query, 'min-size') ?? 0;
  const policies = query.getAll('backup-policy');
  const onlyMountable = readFlag(query, 'only-mountable');
  const withoutHidden = readFlag(query, 'without-hidden');
  const given = Object.entries(tests).flatMap(([name, test]) => {
    const value = query.get(name);
    return value === null ? [] : [(listed: Listed) => test(value, listed)];
  });
  return (listed) => {
    const { backup, facts } = listed;
    const { snapshotTime } = facts;
    if (statuses.length > 0 && !statuses.includes(facts.status)) return false;
    if (type !== undefined && facts.type !== type) return false;
    if (entityType !== undefined && backup.entity.type !== entityType) return false;
    if (from !== null && (snapshotTime === null || snapshotTime < from)) return false;
    if (to !== null && (snapshotTime === null || snapshotTime > to)) return false;
    if (policies.length > 0 && !policies.includes(backup.entity.policy.guid)) return false;
    if (facts.size < minSize || (withoutHidden && facts.hidden) || (onlyMountable && !isMountable(listed)))
      return false;
    return given.every((test) => test(listed));
  };
}

interface OrderManner {
  readonly refusesOrderBy: RefusedOrders;
  readonly timelessRows: TimelessRows;
}

/** Null: in the order in which they were made. `known` are the tokens that mean something here. */
function readOrderBy(query: URLSearchParams, known: readonly string[], { refusesOrderBy }: OrderManner): string | null {
  const given = query.get('orderBy');
  if (given === null) return null;
  const isKnown = known.includes(given);
  if (refusesOrderBy === 'all' || (!isKnown && refusesOrderBy === 'others')) {
    throw new Refusal(400, `Cannot sort by ${given}`);
  }
  return isKnown ? given : null;
}

/** Equal times stay in the order in which the backups were made, whichever the direction. */
export function sortBackups(rows: readonly Listed[], query: URLSearchParams, manner: OrderManner): readonly Listed[] {
  const sign = readDirection(query) === 'asc' ? 1 : -1;
  if (readOrderBy(query, ['snapshotTime'], manner) === null) return rows;
  const timeless = manner.timelessRows === 'newest' ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  const timeOf = ({ facts }: Listed): number => facts.snapshotTime ?? timeless;
  return rows.toSorted((a, b) => sign * (timeOf(a) - timeOf(b)));
}

/** For the other lists: `keys` says what a row is sorted by for each token. */
export function sortRows<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  keys: Readonly<Record<string, (row: Row) => string | number>>,
  manner: OrderManner,
): readonly Row[] {
  const sign = readDirection(query) === 'asc' ? 1 : -1;
  const key = keys[readOrderBy(query, Object.keys(keys), manner) ?? ''];
  if (!key) return rows;
  return rows.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left < right ? -sign : left > right ? sign : 0;
  });
}

interface PageManner {
  readonly maxPageSize: number | null;
  readonly withoutTotalHeader: boolean;
}

/** A page is counted in pages of the size that the server grants, not of the size that was asked for. */
export function toPageReply<Row>(
  rows: readonly Row[],
  page: PageRequest | null,
  toWire: (row: Row) => unknown,
  { maxPageSize, withoutTotalHeader }: PageManner,
): SandboxReply {
  const size = Math.min(page?.size ?? Number.POSITIVE_INFINITY, maxPageSize ?? Number.POSITIVE_INFINITY);
  const shown = page ? rows.slice(page.page * size, (page.page + 1) * size) : rows;
  const headers = withoutTotalHeader ? {} : { 'x-total-count': String(rows.length) };
  return { status: 200, body: shown.map(toWire), headers };
}
