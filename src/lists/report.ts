/**
 * Every backup that matches, for a report: newest first, a batch of each provider in memory at a time. A report is whole
 * or it fails, since its reader cannot ask what is missing.
 */
import { badInput, GatewayError } from '../core/errors.ts';
import type { History, HistoryCoverage } from '../core/history.ts';
import { formatInstant, type Instant, now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import { compareKeys, type SortKey, toSortKey } from '../core/order.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { toRowProblems, unreadableOf } from '../core/unreadable-rows.ts';
import { type ListFilter, leftOut, listBackups, toSources } from './backup-list.ts';
import type { MergeSource } from './merge.ts';
import { maxPageSize } from './page.ts';
import { untoldProblem, withUntold } from './untold.ts';

export interface Report<Row> {
  /** Every row was listed like this at this time, or later. */
  readonly asOf: Instant;
  /** Throws GatewayError if the rest cannot be read. */
  readonly rows: AsyncIterable<Row>;
}

export interface BackupReportQuery {
  readonly filter: ListFilter;
  /** A provider whose newest backups were stored within this time is not asked. */
  readonly maxAgeSeconds: number;
}

type Batches = AsyncIterator<readonly Backup[], undefined>;

interface Part {
  readonly batches: Batches;
  readonly first: readonly Backup[] | undefined;
  readonly asOf: Instant;
}

/** Resolves when the first rows of every provider are read. Throws GatewayError if the report cannot be whole. */
export async function openBackupReport(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { filter, maxAgeSeconds }: BackupReportQuery,
  history: History | null,
  signal: AbortSignal,
): Promise<Report<Backup>> {
  const [excluded] = leftOut(providers, filter);
  if (excluded) throw toRefusal(excluded);
  const at = now();
  const since = at - maxAgeSeconds * 1_000_000;
  const parts = await Promise.all(
    toSources(providers, timeoutMs, filter).map(async (source): Promise<Part> => {
      const asOf = history && (await servableAsOf(history, source, since));
      const batches =
        history && asOf !== null ? fromHistory(history, source, signal) : fromProduct(source, filter, signal);
      const { value: first } = await batches.next();
      return { batches, first, asOf: asOf ?? at };
    }),
  );
  return { asOf: Math.min(at, ...parts.map(({ asOf }) => asOf)), rows: merged(parts) };
}

/** When the stored rows of a provider were current, if they are everything that is asked for; null: the product is asked. */
async function servableAsOf(history: History, source: MergeSource, since: Instant): Promise<Instant | null> {
  const { provider, entitySearch, filter } = source;
  const { own, accepts, dataPresences } = filter;
  const coverage = await history.coverage(provider.name);
  const isCovered = coverage !== null && covers(coverage, filter.startedAfter);
  if (coverage?.isBounded && !isCovered) throw tooFarBack(provider.name, coverage.from);
  // What only the product can filter.
  const needsProduct = entitySearch !== null || dataPresences !== null || (own !== null && !accepts);
  if (!isCovered || needsProduct || coverage.asOf === null || coverage.asOf < since) return null;
  return coverage.asOf;
}

function covers({ from, isComplete, isDoubted, hasGaps, keptFrom }: HistoryCoverage, startedAfter: Instant | null) {
  if (hasGaps || isDoubted) return false;
  // Once rows older than that were left out, nobody knows whether the product has more of them.
  const isWhole = isComplete && (from === null || from > keptFrom);
  return isWhole || (startedAfter !== null && from !== null && startedAfter >= Math.max(from, keptFrom));
}

function tooFarBack(provider: string, from: Instant | null): GatewayError {
  const since = from === null ? 'none yet' : `those since ${formatInstant(from)}`;
  const hint =
    from === null ? 'leave it out with "providers"' : 'give "startedAfter", or leave it out with "providers"';
  return new GatewayError(
    'INCOMPLETE',
    `${provider} lists its newest backups only, and of the older ones the history has ${since}: ${hint}.`,
  );
}

async function* fromHistory(
  history: History,
  { provider: { name }, filter: asked }: MergeSource,
  signal: AbortSignal,
): AsyncGenerator<readonly Backup[], undefined> {
  const { filter, untold } = withUntold(asked);
  for (let after: SortKey | null = null; ; ) {
    signal.throwIfAborted();
    const query = { direction: 'descending', after, limit: maxPageSize, filter, offset: 0 } as const;
    const { rows, isEnd } = await history.listBackups(name, query);
    const problem = untoldProblem(name, untold);
    if (problem) throw toRefusal(problem);
    const backups = rows.map(({ backup, observedAt }) => ({ ...backup, observedAt }));
    if (backups.length > 0) yield backups;
    const last = backups.at(-1);
    if (isEnd || !last) return undefined;
    after = toSortKey(last);
  }
}

async function* fromProduct(
  source: MergeSource,
  filter: ListFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly Backup[], undefined> {
  const { provider, timeoutMs } = source;
  const narrowed = { ...filter, providers: [provider.name] };
  for (let after: string | null = null; ; ) {
    const query = { page: { first: maxPageSize, after }, filter: narrowed, isAscending: false };
    const { rows, problems, pageInfo } = await listBackups([provider], () => timeoutMs, query, signal);
    // A value that cannot be read is named in its row; other rows are left out.
    const named = toRowProblems(rows.map(unreadableOf)).map(({ error }) => error.message);
    const problem = problems.find(({ isOfRows, error }) => !isOfRows || !named.includes(error.message));
    if (problem) throw toRefusal(problem);
    if (rows.length > 0) yield rows;
    if (!pageInfo.hasNextPage) return undefined;
    after = pageInfo.endCursor;
  }
}

export const toRefusal = ({ error, isUntold }: Problem): GatewayError => (isUntold ? badInput(error.message) : error);

interface Head extends Pick<Part, 'batches'> {
  rows: readonly Backup[];
  at: number;
}

async function* merged(parts: readonly Part[]): AsyncGenerator<Backup, undefined> {
  const heads = parts.flatMap(({ batches, first }): Head[] => (first ? [{ batches, rows: first, at: 0 }] : []));
  /** Backups that were queued: each has another place once it starts. */
  const queued = new Set<string>();
  try {
    while (heads.length > 0) {
      const head = heads.reduce((one, other) => (compareKeys(peek(other), peek(one)) < 0 ? other : one));
      const row = peek(head);
      const key = `${row.provider} ${row.externalId}`;
      if (!queued.has(key)) yield row;
      if (row.sortedAt === null) queued.add(key);
      head.at++;
      if (head.at < head.rows.length) continue;
      const { value } = await head.batches.next();
      if (value) Object.assign(head, { rows: value, at: 0 });
      else heads.splice(heads.indexOf(head), 1);
    }
  } finally {
    await Promise.all(heads.map(({ batches }) => batches.return?.()));
  }
  return undefined;
}

const peek = ({ rows, at }: Head): Backup => rows[at] as Backup;
