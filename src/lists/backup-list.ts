/** The merged list of backups: selects the providers, passes each its part of the filter, and makes cursors. */

import type { BackupFilter } from '../core/filter.ts';
import type { Backup, Ref } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { askProvider } from './ask.ts';
import { decodeListCursor, encodeListCursor, identifyList } from './cursor.ts';
import { type MergeSource, mergePage } from './merge.ts';
import { type CursorList, type PageArguments, toCursorList, toWalk } from './page.ts';
import { type ProviderFilter, selectProviders } from './select.ts';

/** The filter of a list. Null: no restriction; an empty list matches nothing. */
export interface ListFilter extends Omit<BackupFilter, 'entityIds'>, ProviderFilter {
  readonly entities: readonly Ref[] | null;
}

export interface ListQuery {
  readonly page: PageArguments;
  readonly filter: ListFilter;
  /** Oldest first rather than newest first. */
  readonly isAscending: boolean;
}

export interface BackupList extends CursorList<Backup> {
  readonly problems: readonly Problem[];
  /** Counts the matching backups of all providers; null if any of them cannot count. */
  readonly countAll: (signal: AbortSignal) => Promise<number | null>;
}

export async function listBackups(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { page, filter, isAscending }: ListQuery,
  signal: AbortSignal,
): Promise<BackupList> {
  const walk = toWalk(page);
  const sources = toSources(providers, timeoutMs, filter);
  const identity = identifyList(
    sources.map(({ provider }) => provider.name),
    isAscending,
    filter,
  );
  const after = walk.cursor === null ? null : decodeListCursor(identity, walk.cursor, walk.cursorArgument);
  const direction = isAscending === walk.isForward ? 'ascending' : 'descending';
  const merged = await mergePage(sources, { direction, after, size: walk.size }, signal);

  // Do not wait for a provider again that has just timed out.
  const isLate = merged.problems.some(({ error }) => error.traits.isTimeout);
  const place = (index: number) => (walk.isForward ? index : merged.rows.length - 1 - index);
  const rows = walk.isForward ? merged.rows : [...merged.rows].reverse();
  return {
    ...toCursorList(
      walk,
      rows,
      merged.hasMore,
      (index) => encodeListCursor(identity, merged.cursorAt(place(index))),
      merged.passed && encodeListCursor(identity, merged.passed),
    ),
    problems: merged.problems,
    countAll: (countSignal) => (isLate ? Promise.resolve(null) : countAll(sources, countSignal)),
  };
}

/** Returns the selected providers, ordered by name. Cursors refer to providers by their index in this order. */
export function toSources(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { providers: names, kinds, entities, ...filter }: ListFilter,
): MergeSource[] {
  return selectProviders(providers, { providers: names, kinds })
    .map((provider) => {
      const entityIds =
        entities?.filter((entity) => entity.provider === provider.name).map(({ localId }) => localId) ?? null;
      return { provider, filter: { ...filter, entityIds }, timeoutMs: timeoutMs(provider.name) };
    })
    .filter((source) => source.filter.entityIds === null || source.filter.entityIds.length > 0);
}

const maxInt = 2_147_483_647;

/** Returns null if a provider fails or cannot count. `problems` of the page already lists failed providers. */
async function countAll(sources: readonly MergeSource[], signal: AbortSignal): Promise<number | null> {
  const counts = await Promise.all(
    sources.map((source) =>
      askProvider(source, (provider, within) => provider.countBackups(source.filter, within), signal),
    ),
  );
  const count = counts.reduce<number | null>(
    (sum, { answer }) => (sum === null || answer === null ? null : sum + answer),
    0,
  );
  // GraphQL's Int cannot represent a larger count.
  return count !== null && count <= maxInt ? count : null;
}
