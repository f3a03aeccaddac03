/** The merged list as clients ask for it: which providers are meant, what each is asked, and cursors. */

import { createDeadline } from '../deadline.ts';
import { badInput, GatewayError } from '../errors.ts';
import type { BackupFilter } from '../filter.ts';
import type { Backup, ProviderKind, Ref } from '../model.ts';
import type { Problem, Provider } from '../provider.ts';
import { decodeListCursor, encodeListCursor, identifyList } from './cursor.ts';
import { type MergeSource, mergePage } from './merge.ts';
import { type PageArguments, type PageInfo, toPageInfo, toWalk } from './page.ts';

/** What clients may narrow a list by. Null: no restriction; an empty list matches nothing. */
export interface ListFilter extends Omit<BackupFilter, 'entityIds'> {
  readonly providers: readonly string[] | null;
  readonly kinds: readonly ProviderKind[] | null;
  readonly entities: readonly Ref[] | null;
}

export interface ListQuery {
  readonly page: PageArguments;
  readonly filter: ListFilter;
  /** Oldest first rather than newest first. */
  readonly isAscending: boolean;
}

export interface BackupList {
  readonly rows: readonly Backup[];
  readonly pageInfo: PageInfo & { readonly startCursor: string | null; readonly endCursor: string | null };
  readonly problems: readonly Problem[];
  readonly cursorAt: (index: number) => string;
  /** Asks every provider; null where one cannot say. */
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

  // Whoever waited for its whole time once is not waited for again, only to hear that nobody can say.
  const isLate = merged.problems.some(({ error }) => error.code === 'PROVIDER_TIMEOUT');
  const count = merged.rows.length;
  const place = (index: number) => (walk.isForward ? index : count - 1 - index);
  const cursorAt = (index: number) => encodeListCursor(identity, merged.cursorAt(place(index)));
  return {
    rows: walk.isForward ? merged.rows : [...merged.rows].reverse(),
    pageInfo: {
      ...toPageInfo(walk, merged.hasMore),
      // An empty page stays where it was, so that a walk goes on from there when providers answer again.
      startCursor: count > 0 ? cursorAt(0) : walk.isForward ? null : walk.cursor,
      endCursor: count > 0 ? cursorAt(count - 1) : walk.isForward ? walk.cursor : null,
    },
    problems: merged.problems,
    cursorAt,
    countAll: (countSignal) => (isLate ? Promise.resolve(null) : countAll(sources, countSignal)),
  };
}

/** By name, which is also the order that cursors count providers in. */
export function toSources(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { providers: names, kinds, entities, ...filter }: ListFilter,
): MergeSource[] {
  const unknown = names?.find((name) => !providers.some((provider) => provider.name === name));
  if (unknown !== undefined) {
    throw badInput(`There is no provider "${unknown.slice(0, 40)}". The query { providers { name } } lists them.`, [
      'filter',
      'providers',
    ]);
  }
  return providers
    .filter(({ name, kind }) => (names?.includes(name) ?? true) && (kinds?.includes(kind) ?? true))
    .map((provider) => {
      const entityIds =
        entities?.filter((entity) => entity.provider === provider.name).map(({ localId }) => localId) ?? null;
      return { provider, filter: { ...filter, entityIds }, timeoutMs: timeoutMs(provider.name) };
    })
    .filter((source) => source.filter.entityIds === null || source.filter.entityIds.length > 0);
}

async function countAll(sources: readonly MergeSource[], signal: AbortSignal): Promise<number | null> {
  const counts = await Promise.all(
    sources.map(async ({ provider, filter, timeoutMs }) => {
      using deadline = createDeadline(signal, timeoutMs);
      try {
        return await provider.countBackups(filter, deadline.signal);
      } catch (error) {
        // That a provider is missing stands in `problems` already; here it only means that nobody can say.
        if (error instanceof GatewayError) return null;
        throw error;
      }
    }),
  );
  return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}
