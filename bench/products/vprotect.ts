/** Storware vProtect: one list of all machines, by time and page. */
import { credentials, machineCount } from '../systems.ts';
import { findRuns, type Run, readWindow, runByNumber, type Window } from './history.ts';
import { json, notFound, numberOf, type Product } from './product.ts';

// Cancelled runs say FAILED there, and only their tasks tell; the bench has none.
const words = { good: 'SUCCESS', failed: 'FAILED', cancelled: 'PARTIAL_SUCCESS' } as const;

const toGuid = (number: number): string => `5d5e5f60-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
const fromGuid = (guid: string): number => Number.parseInt(guid.slice(-12), 16);

export const machineRow = (place: number) => ({
  guid: `0b1c2d3e-2222-4a61-8b72-${place.toString(16).padStart(12, '0')}`,
  uuid: `u-${place}`,
  name: `erp-db-${place}`,
  present: true,
});

export const vprotectRow = (run: Run) => {
  const { guid, name } = machineRow(run.number % machineCount);
  const word = words[run.outcome];
  return {
    guid: toGuid(run.number),
    backupTime: run.startedMs + 300_000,
    snapshotTime: run.startedMs,
    status: { name: word, description: word.toLowerCase() },
    type: { name: run.number % 7 ? 'INCREMENTAL' : 'FULL', description: 'as it was asked' },
    statusInfo: run.outcome === 'failed' ? 'Export failed: the node lost the snapshot' : null,
    protectedEntity: { guid, name, type: { name: 'VM', description: 'Virtual machine' } },
    size: run.bytes,
    effectiveBackupSize: Math.floor(run.bytes / 3),
    effectiveBackupObjectsCount: run.number % 5,
    taskDurationTime: run.seconds * 1000,
    warningsPresent: word === 'PARTIAL_SUCCESS',
    warnings: word === 'PARTIAL_SUCCESS' ? ['The snapshot was not quiesced.'] : [],
    warningsAcknowledged: false,
    description: null,
    hidden: false,
    backupLocations: [],
  };
};

/** Only what a list without such a filter cannot answer is searched for. */
function toFilter(query: URLSearchParams): ((run: Run) => boolean) | null {
  const statuses = query.getAll('status');
  const entity = query.get('protected-entity');
  if (statuses.length === 0 && entity === null) return null;
  const known: readonly string[] = Object.values(words);
  if (statuses.length > 0 && !statuses.some((status) => known.includes(status))) return () => false;
  return (run) =>
    (statuses.length === 0 || statuses.includes(words[run.outcome])) &&
    (entity === null || machineRow(run.number % machineCount).guid === entity);
}

export const vprotect: Product = ({ collections: [collection] }, { call, query }) => {
  if (!collection) return null;
  const size = numberOf(query, 'size', 1_000_000);
  const skip = numberOf(query, 'page', 0) * size;
  const list = (rows: readonly unknown[], total: number, areBackups: boolean) =>
    json(rows, { headers: ['x-total-count', String(total)], ...(areBackups ? { rows: rows.length } : {}) });

  switch (call) {
    case 'POST /api/session/login':
      return json({ uiTimeZone: 'UTC' }, { headers: ['set-cookie', `JSESSIONID=${credentials.token}; Path=/api`] });
    case 'GET /api/virtual-machines': {
      const machines = Array.from({ length: machineCount }, (_, place) => machineRow(place));
      return list(machines.slice(skip, skip + size), machines.length, false);
    }
    case 'GET /api/backups/grouped': {
      const { runs } = readWindow(collection, { skip: 0, limit: machineCount });
      return list(runs.map(vprotectRow).slice(skip, skip + size), runs.length, true);
    }
    case 'GET /api/tasks':
      return list([], 0, false);
    case 'GET /api/backups': {
      const isWanted = toFilter(query);
      if (isWanted) {
        const runs = findRuns(collection, isWanted, skip + size).slice(skip);
        return list(runs.map(vprotectRow), skip + runs.length, true);
      }
      const window: Window = {
        fromMs: numberOf(query, 'from', -Infinity),
        toMs: numberOf(query, 'to', Infinity),
        isAscending: query.get('direction') === 'asc',
        skip,
        limit: size,
      };
      const { runs, total } = readWindow(collection, window);
      return list(runs.map(vprotectRow), total, true);
    }
    default: {
      const guid = /^GET \/api\/backups\/([0-9a-f-]{36})$/.exec(call)?.[1];
      const run = guid === undefined ? null : runByNumber(collection, fromGuid(guid));
      return run ? json(vprotectRow(run)) : notFound;
    }
  }
};
