/** Reading backups. Each organisation has a list of its own, read by page numbers, in an undocumented order. */
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { BackupPage, PageQuery } from '../../src/core/provider.ts';
import { createRowShares } from '../../src/core/row-shares.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { RowReport, UnplacedRows } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { orElse } from '../_kit/errors.ts';
import { type RowReading, toListedRows } from '../_kit/listed-rows.ts';
import { addCounts, type Collection, readCollections } from '../_kit/readers/collections.ts';
import { ListOrder } from '../_kit/readers/disorder.ts';
import {
  createPageMemory,
  createPageReader,
  type ListedPage,
  maxScannedRows,
  type PageSource,
} from '../_kit/readers/pages.ts';
import type { Generation, LabiiConfig, OrganizationConfig } from './config.ts';
import { isMissing, isPastTheEnd } from './errors.ts';
import { matchesAll, matchesNothing } from './filter.ts';
import { createListSizes } from './list-sizes.ts';
import { type LabiiBackup, type RowOrigin, toBackup, toPlaceInOrder } from './map.ts';
import { type BackupRow, backupPage, backupReply, backupRow, countReply } from './wire.ts';

export interface Backups {
  /** Whether the account may start backups of an organisation; null if no list has said it yet. */
  mayStart(organizationSid: string): boolean | null;
  list(query: PageQuery, signal: AbortSignal): Promise<BackupPage>;
  /** Null if too many rows would have to be looked at. */
  count(filter: BackupFilter, signal: AbortSignal): Promise<number | null>;
  /** Number of rows of one organisation, by the cheapest call; null if the product gives no number. */
  countOf(organizationSid: string, signal: AbortSignal): Promise<number | null>;
  /** One answer for each id; null if there is no such backup. */
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(LabiiBackup | null)[]>;
  /** The first page of one organisation, whose order is only roughly newest first. */
  newest(organizationSid: string, signal: AbortSignal): Promise<readonly LabiiBackup[]>;
}

/** The largest page size that is known to work. */
const pageSize = 50;
/** Maximum number of rows that a count looks at. */
const maxCountedRows = 1000;
const parallelReads = 8;

/** Of the same fields as one backup alone has: in the current generation `list` leaves out the description. */
const serializers: Readonly<Record<Generation, string>> = { v1: 'list', current: 'detail' };

/** Every path ends in a slash: without it Django redirects, which turns other methods into a GET. */
export const listPath = (organizationSid: string, serializer: string): string =>
  path`/organizations/backup/list/organization/${organizationSid}/${serializer}/`;
export const detailPath = (sid: string): string => path`/organizations/backup/detail/${sid}/`;
export const rowsPath = (organizationSid: string, generation: Generation): string =>
  listPath(organizationSid, serializers[generation]);

/** The parts of a local id; null if no backup can have this id. */
export function parseLocalId(id: LocalId, organizations: readonly OrganizationConfig[]) {
  const organization = organizations.find(({ sid }) => id.startsWith(`${sid}.`));
  const sid = organization ? id.slice(organization.sid.length + 1) : '';
  return organization && /^[^\s\p{C}./\\?#%]{1,100}$/u.test(sid) ? { organizationSid: organization.sid, sid } : null;
}

interface AskedPage {
  readonly organizationSid: string;
  /** From 1. */
  readonly page: number;
  readonly size: number;
}

export function createBackups(config: LabiiConfig, upstream: Upstream, times: TimeReader): Backups {
  const { name: provider, generation, organizations } = config;
  const unplaced = new UnplacedRows();
  /** As each organisation said last. */
  const mayAdd = new Map<string, boolean>();
  const sizes = createListSizes();
  const shares = createRowShares();
  const originOf = (organizationSid: string): RowOrigin => ({ provider, generation, organizationSid, times });

  const readingOf = (origin: RowOrigin): RowReading => ({
    entityId: origin.organizationSid,
    toPlace: (row) => toPlaceInOrder(row, origin),
    toBackup: (row) => toBackup(backupRow(row) as BackupRow, origin),
  });

  /** Null for a page past the end. */
  async function askPage({ organizationSid, page, size }: AskedPage, signal: AbortSignal) {
    const query = { page, page_size: size };
    const options = { schema: backupPage, query, size: 'list' as const };
    const answer = await upstream.read(rowsPath(organizationSid, generation), options, signal).catch(nullPastTheEnd);
    if (answer?.add_permission != null) mayAdd.set(organizationSid, answer.add_permission);
    // For a page past the end, the product may also return the last page.
    return answer && (answer.page_number ?? page) === page ? answer : null;
  }

  async function fetchPage(asked: AskedPage, report: RowReport, signal: AbortSignal) {
    const answer = await askPage(asked, signal);
    if (!answer) return null;
    const { organizationSid, page, size } = asked;
    const { page_size, count, results } = answer;
    const rows = await toListedRows(results, readingOf(originOf(organizationSid)), report, signal);
    const given = { page, asked: size, size: page_size ?? null, total: count ?? null, rows: results.length };
    const countRows = async (other: number) => (await askPage({ ...asked, page: other }, signal))?.results.length ?? 0;
    return { rows, ...(await sizes.complete(organizationSid, given, countRows)) } satisfies ListedPage;
  }

  const sourceOf = (organizationSid: string, report: RowReport): PageSource => {
    const fetch = (page: number, size: number, signal: AbortSignal) =>
      fetchPage({ organizationSid, page, size }, report, signal);
    return { provider, entityId: organizationSid, pageSize, fetch };
  };
  const lists = organizations.map(({ sid }) => ({
    entityId: sid,
    memory: createPageMemory(),
    order: new ListOrder(),
    countMemory: createPageMemory(),
  }));
  const selected = ({ entityIds }: BackupFilter) =>
    lists.filter(({ entityId }) => entityIds === null || entityIds.includes(entityId));

  const countOf = async (sid: string, signal: AbortSignal) => {
    const options = { schema: countReply, query: { page: 1, page_size: 1 } };
    return (await upstream.read(listPath(sid, 'name'), options, signal)).count ?? null;
  };

  return {
    countOf,
    mayStart: (organizationSid) => mayAdd.get(organizationSid) ?? null,
    async list(query, signal) {
      const report = new RowReport(provider, query.filter, unplaced);
      const chosen = matchesNothing(query.filter, generation) ? [] : selected(query.filter);
      const collections: Collection[] = chosen.map(({ entityId, memory, order }) => ({
        entityId,
        read: createPageReader(sourceOf(entityId, report), maxScannedRows, memory, order),
      }));
      // How many rows before the key belong to which organisation is not known: assume the same number for each.
      const offset = Math.round(query.offset / Math.max(1, collections.length));
      const page = await readCollections(provider, collections, { ...query, offset }, signal, shares);
      return chosen.length === 0 ? page : report.complete(page, query);
    },

    async count(filter, signal) {
      if (matchesNothing(filter, generation)) return 0;
      const report = new RowReport(provider, filter, unplaced);
      const counts = await mapBounded(selected(filter), parallelReads, async ({ entityId, countMemory }) => {
        if (matchesAll(filter, generation)) return countOf(entityId, signal);
        const query = { direction: 'descending', after: null, limit: maxCountedRows, filter, offset: 0 } as const;
        // A number has no place for a doubt, so the order is not assumed.
        const read = createPageReader(sourceOf(entityId, report), maxCountedRows, countMemory, null);
        const { rows, isEnd, problems } = await read(query, signal);
        // Rows that could not be read may match.
        return isEnd && problems.length === 0 && report.isClean ? rows.length : null;
      });
      return addCounts(counts);
    },

    async find(ids, signal) {
      const found = new Map<LocalId, LabiiBackup>();
      await mapBounded([...new Set(ids)], parallelReads, async (id) => {
        const place = parseLocalId(id, organizations);
        if (!place) return;
        const call = upstream.read(detailPath(place.sid), { schema: backupReply }, signal);
        const row = await call.catch(nullIfMissing);
        if (row) found.set(id, toBackup(row, originOf(place.organizationSid)));
      });
      return ids.map((id) => found.get(id) ?? null);
    },

    async newest(organizationSid, signal) {
      const without = new UnplacedRows();
      const report = new RowReport(provider, noFilter, without);
      const page = await fetchPage({ organizationSid, page: 1, size: pageSize }, report, signal);
      return [...(page?.rows ?? []), ...without.all()].map((row) => row.open() as LabiiBackup);
    },
  };
}

const nullPastTheEnd = orElse(null, isPastTheEnd);
const nullIfMissing = orElse(null, isMissing);
