/** Flosum: a list for each org, by time. */
import type { Collection } from '../systems.ts';
import { type Run, readWindow } from './history.ts';
import { json, notFound, numberOf, type Product } from './product.ts';

const words = { good: 'Completed', failed: 'Exception', cancelled: 'Aborted' } as const;
const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, '0');

export const flosumRow = ({ id }: Collection, run: Run) => ({
  id: id * 10_000_000 + run.number,
  name: `nightly-${id}-${run.number}`,
  jobId: id * 20_000_000 + run.number,
  jobStatus: words[run.outcome],
  startedDate: new Date(run.startedMs).toISOString(),
  duration: [run.seconds / 3600, (run.seconds / 60) % 60, run.seconds % 60].map(twoDigits).join(':'),
  size: run.bytes,
  records: 1000 + (run.number % 5000),
  operationType: 'Composite Backup',
});

export const connectionRow = ({ id }: Collection) => ({
  id,
  externalId: 4000 + id,
  name: `Org ${id}`,
  userName: `backup@org-${id}.example`,
  salesforceOrgType: 'PRODUCTION',
});

export const flosum: Product = ({ collections }, { call, query }) => {
  if (call === 'GET /api/v1/connections') {
    return json({ total: collections.length, items: collections.map(connectionRow) });
  }
  const connectionId = Number(/^GET \/api\/v1\/connections\/(\d+)\/backups$/.exec(call)?.[1]);
  const collection = collections.find(({ id }) => id === connectionId);
  if (!collection) return notFound;
  const limit = numberOf(query, 'limit', 50);
  const bound = (key: string, otherwise: number) => {
    const text = query.get(key);
    return text === null ? otherwise : Date.parse(text);
  };
  const { runs, total } = readWindow(collection, {
    fromMs: bound('startedDate', -Infinity),
    toMs: bound('endDate', Infinity),
    isAscending: query.get('order') === 'ASC',
    skip: (numberOf(query, 'page', 1) - 1) * limit,
    limit,
  });
  return json({ total, items: runs.map((run) => flosumRow(collection, run)) }, { rows: runs.length });
};
