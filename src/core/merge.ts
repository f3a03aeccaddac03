/**
 * One page over many providers: everybody is asked at once for its own window strictly after the key, and the
 * windows are merged. A provider that fails or is too slow is named, and the others' rows come all the same.
 */
import type { ListCursor } from './cursor.ts';
import { createDeadline } from './deadline.ts';
import { findGatewayError, GatewayError } from './errors.ts';
import type { BackupFilter } from './filter.ts';
import type { Backup } from './model.ts';
import { comparator, type ScanDirection, toSortKey } from './order.ts';
import type { BackupPage, Problem, Provider } from './provider.ts';

/** One provider's part: what it is asked may differ, since ids of entities mean nothing to the others. */
export interface MergeSource {
  readonly provider: Provider;
  readonly filter: BackupFilter;
  /** Longest wait for this provider; the page does not wait for it any longer. */
  readonly timeoutMs: number;
}

export interface MergeQuery {
  readonly direction: ScanDirection;
  readonly after: ListCursor | null;
  readonly size: number;
}

export interface MergedPage {
  readonly rows: readonly Backup[];
  /** Rows follow, or may follow once a provider that failed answers again. */
  readonly hasMore: boolean;
  readonly problems: readonly Problem[];
  /** A cursor at row `index`; made only for those that somebody asks for. */
  readonly cursorAt: (index: number) => ListCursor;
}

export async function mergePage(
  sources: readonly MergeSource[],
  query: MergeQuery,
  signal: AbortSignal,
): Promise<MergedPage> {
  const windows = await Promise.all(sources.map((source, index) => readWindow(source, index, query, signal)));
  const compare = comparator(query.direction);
  const merged = windows
    .flatMap(({ page }, source) => page.rows.map((row, index) => ({ row, position: page.positions?.[index], source })))
    .sort((a, b) => compare(a.row, b.row));
  const shown = merged.slice(0, query.size);
  const failed = windows.flatMap(({ error }) => (error ? [error] : []));
  const problems = [...failed, ...windows.flatMap(({ page }) => page.problems)];
  const missed = [...new Set([...(query.after?.missed ?? []), ...problems.map(({ provider }) => provider)])];

  return {
    rows: shown.map(({ row }) => row),
    hasMore: merged.length > query.size || failed.length > 0 || windows.some(isCutShort),
    problems: [...problems, ...skippedEarlier(query.after?.missed ?? [], problems)],
    cursorAt: (index) => {
      const offsets = sources.map((_, source) => query.after?.offsets[source] ?? 0);
      for (const { source, position } of shown.slice(0, index + 1)) {
        offsets[source] = position ?? (offsets[source] ?? 0) + 1;
      }
      return { key: toSortKey(shown[index]?.row as Backup), offsets, missed };
    },
  };
}

interface Window {
  readonly page: BackupPage;
  readonly error: Problem | null;
}

const nothing: BackupPage = { rows: [], isEnd: false, problems: [] };

async function readWindow(source: MergeSource, index: number, query: MergeQuery, signal: AbortSignal): Promise<Window> {
  using deadline = createDeadline(signal, source.timeoutMs);
  const { provider, filter } = source;
  try {
    const page = await provider.listBackups(
      {
        direction: query.direction,
        after: query.after?.key ?? null,
        // One more than is shown tells whether there is a next page.
        limit: query.size + 1,
        filter,
        offset: query.after?.offsets[index] ?? 0,
      },
      deadline.signal,
    );
    return { page, error: null };
  } catch (thrown) {
    const known = findGatewayError(thrown);
    // Not ours: a bug. It must not hide as a provider's fault.
    if (!known) throw thrown;
    const error = deadline.isExpired()
      ? new GatewayError('PROVIDER_TIMEOUT', `${provider.name} did not answer within ${source.timeoutMs / 1000} s.`, {
          cause: thrown,
        })
      : known;
    return { page: nothing, error: { provider: provider.name, entityId: null, error } };
  }
}

/** It could have given more rows and did not, without a problem that says why. */
const isCutShort = ({ page, error }: Window): boolean => !error && !page.isEnd && page.problems.length === 0;

/** Providers that answer whole again, whose rows above the key this walk has passed by. */
const skippedEarlier = (missed: readonly string[], problems: readonly Problem[]): Problem[] =>
  missed
    .filter((provider) => !problems.some((problem) => problem.provider === provider))
    .map((provider) => ({
      provider,
      entityId: null,
      error: new GatewayError(
        'INCOMPLETE',
        `${provider} did not tell everything on an earlier page, and its rows there were skipped. List again from the start, or by time.`,
      ),
    }));
