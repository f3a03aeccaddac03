/** Labii, first generation of its API: a list for each organisation, by page numbers, newest first. */

import { credentials } from '../systems.ts';
import { type Run, readWindow, runByNumber } from './history.ts';
import { json, notFound, numberOf, type Product } from './product.ts';

const fromSid = (sid: string): number => Number(/^bk(\d+)x$/.exec(sid)?.[1]);

export function labiiRow(run: Run) {
  const start = new Date(run.startedMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return {
    sid: `bk${run.number}x`,
    name: `${start}.gz`,
    description: `Data backup on ${start}`,
    database_size: `${(run.bytes / 2 ** 30).toFixed(1)}\u00a0GB`,
    // When it ended; each run takes as long, so that this is the order of the starts too. No other row has this millisecond.
    date_created: new Date(run.startedMs + 95_003).toISOString().replace('Z', '233Z'),
    change_permission: false,
  };
}

export const labii: Product = ({ collections: [collection] }, { call, query }) => {
  if (!collection) return null;
  if (call === 'POST /v1/accounts/auth/') return json({ token: credentials.token });
  const sid = /^GET \/v1\/organizations\/backup\/detail\/(\w+)\/$/.exec(call)?.[1];
  if (sid !== undefined) {
    const run = runByNumber(collection, fromSid(sid));
    return run ? json(labiiRow(run)) : json([`Wrong sid ${sid}.`], { status: 406 });
  }
  if (!/^GET \/v1\/organizations\/backup\/list\/organization\/\w+\/\w+\/$/.test(call)) return notFound;
  const page = numberOf(query, 'page', 1);
  const page_size = numberOf(query, 'page_size', 10);
  const { runs, total } = readWindow(collection, { skip: (page - 1) * page_size, limit: page_size });
  if (runs.length === 0) return json({ detail: 'Invalid page.' }, { status: 404 });
  const results = runs.map(labiiRow);
  const page_count = Math.ceil(total / page_size);
  return json({ page_size, page_number: page, page_count, count: total, results }, { rows: runs.length });
};
