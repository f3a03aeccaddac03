/** The merged list of backups: selects the providers, passes each its part of the filter, and makes cursors. */

import { badInput, GatewayError } from '../core/errors.ts';
import type { BackupFilter, OwnFilter } from '../core/filter.ts';
import type { History, HistoryOrder } from '../core/history.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Backup, ProviderKind, Ref } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import type { RowShares } from '../core/row-shares.ts';
import { askProvider } from './ask.ts';
import { createBeyond } from './beyond.ts';
import { decodeListCursor, encodeListCursor, identifyList } from './cursor.ts';
import { withEntitySearch } from './entity-search.ts';
import { createLastKnown } from './last-known.ts';
import { type MergeSource, mergePage } from './merge.ts';
import { listOrdered } from './ordered-list.ts';
import { type CursorList, type PageArguments, toCursorList, toWalk } from './page.ts';
import { createRecent } from './recent.ts';
import { type ProviderFilter, selectProviders } from './select.ts';

/** The filter of a list. Null: no restriction; an empty list matches nothing. */
export interface ListFilter extends Omit<BackupFilter, 'entityIds' | 'own' | 'accepts'>, ProviderFilter {
  readonly entities: readonly Ref[] | null;
  /** Filters of single products, by kind: only providers of these kinds are asked. Null: all. */
  readonly own: Readonly<Record<ProviderKind, OwnFilter>> | null;
  /** Part of the name or the external id of the entity, ignoring case. */
  readonly entitySearch: string | null;
}

export interface ListQuery {
  readonly page: PageArguments;
  readonly filter: ListFilter;
  /** Oldest first rather than newest first. */
  readonly isAscending: boolean;
  /** An order that only the history has; null or absent: by time. */
  readonly ordered?: HistoryOrder | null;
  /** Rows of a provider that does not answer are taken from the history. */
  readonly lastKnown?: boolean;
  /** Rows may have been seen so long ago, instead of now. */
  readonly maxAgeSeconds?: number;
}

export interface BackupList extends CursorList<Backup> {
  readonly problems: readonly Problem[];
  /** When the providers were asked, of a list from the history; null if they were asked for it. */
  readonly asOf: Instant | null;
  /** Counts the matching backups of all providers; null if any of them cannot count. */
  readonly countAll: (signal: AbortSignal) => Promise<number | null>;
  /** Why that is null, unless `problems` says so already. Counts once for both. */
  readonly countProblems: (signal: AbortSignal) => Promise<readonly Problem[]>;
}

export async function listBackups(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { page, filter, isAscending, ordered = null, lastKnown = false, maxAgeSeconds = 0 }: ListQuery,
  signal: AbortSignal,
  shares?: RowShares,
  history: History | null = null,
): Promise<BackupList> {
  const walk = toWalk(page);
  if (maxAgeSeconds < 0) throw badInput('"maxAgeSeconds" must not be negative.', ['maxAgeSeconds']);
  const served: Instant[] = [];
  const isSearched = filter.entitySearch !== null;
  const since = now() - maxAgeSeconds * 1_000_000;
  const sources = toSources(providers, timeoutMs, filter).map((source) => {
    const { name } = source.provider;
    return {
      ...source,
      ...(history ? { beyond: createBeyond(history, name, isSearched, (asOf) => served.push(asOf)) } : {}),
      ...(lastKnown && history ? { lastKnown: createLastKnown(history, name, isSearched) } : {}),
      ...(maxAgeSeconds > 0 && history
        ? { recent: createRecent(history, name, isSearched, since, (asOf) => served.push(asOf)) }
        : {}),
    };
  });
  const identity = identifyList(
    sources.map(({ provider }) => provider.name),
    isAscending,
    filter,
    // Cursors of earlier versions have no order.
    ...(ordered ? [ordered.field] : []),
  );
  if (ordered) {
    const list = await listOrdered(sources, history, ordered, walk, identity, signal);
    const counts = countOnce(sources, list.problems);
    return {
      ...list,
      problems: [...list.problems, ...leftOut(providers, filter)],
      countAll: async (countSignal) => (await counts(countSignal)).total,
      countProblems: async (countSignal) => (await counts(countSignal)).problems,
    };
  }
  const after = walk.cursor === null ? null : decodeListCursor(identity, walk.cursor, walk.cursorArgument);
  const direction = isAscending === walk.isForward ? 'ascending' : 'descending';
  const merged = await mergePage(sources, { direction, after, size: walk.size }, signal, shares);

  // Do not wait for a provider again that has just timed out.
  const isLate = merged.problems.some(({ error }) => error.traits.isTimeout);
  const counts = countOnce(isLate ? null : sources, merged.problems);
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
    problems: [...merged.problems, ...leftOut(providers, filter)],
    asOf: served.length === 0 ? null : Math.min(...served),
    countAll: async (countSignal) => (await counts(countSignal)).total,
    countProblems: async (countSignal) => (await counts(countSignal)).problems,
  };
}

/** Returns the selected providers, ordered by name. Cursors refer to providers by their index in this order. */
export function toSources(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { providers: names, kinds, entities, entitySearch, own, ...filter }: ListFilter,
): MergeSource[] {
  return selectProviders(providers, { providers: names, kinds })
    .filter(({ kind }) => own === null || kind in own)
    .map((provider) => {
      const ofThese =
        entities?.filter((entity) => entity.provider === provider.name).map(({ localId }) => localId) ?? null;
      const ownFilter = own?.[provider.kind] ?? null;
      const { entityIds: ownIds = null, accepts } = (ownFilter && provider.ownFilter?.(ownFilter)) ?? {};
      const entityIds = ofThese && ownIds ? ofThese.filter((id) => ownIds.includes(id)) : (ofThese ?? ownIds);
      return {
        provider: entitySearch === null ? provider : withEntitySearch(provider, entitySearch),
        entitySearch,
        filter: { ...filter, entityIds, own: ownFilter, ...(accepts ? { accepts } : {}) },
        timeoutMs: timeoutMs(provider.name),
      };
    })
    .filter((source) => source.filter.entityIds === null || source.filter.entityIds.length > 0);
}

/** A problem for each selected provider that a filter of another product leaves out. */
export const leftOut = (providers: readonly Provider[], filter: ListFilter): readonly Problem[] =>
  selectProviders(providers, filter)
    .filter(({ kind }) => filter.own !== null && !(kind in filter.own))
    .map(({ name }) => {
      const fields = Object.keys(filter.own ?? {}).map((kind) => `filter.${kind}`);
      const selects = fields.length === 1 ? `${fields[0]} selects` : `${fields.join(' and ')} select`;
      const message = `${name} is left out: ${selects} no backups of other products. Give filter.kinds or filter.providers to say that none are wanted.`;
      return { provider: name, entityId: null, isUntold: true, error: new GatewayError('INCOMPLETE', message) };
    });

const maxInt = 2_147_483_647;

interface Count {
  /** Null if a provider fails or cannot count. */
  readonly total: number | null;
  readonly problems: readonly Problem[];
}

/** Counts at the first call. `sources`: null if the count is not worth a wait. `told`: problems of the page. */
function countOnce(sources: readonly MergeSource[] | null, told: readonly Problem[]) {
  let counted: Promise<Count> | null = null;
  return (signal: AbortSignal): Promise<Count> => {
    counted ??= sources ? countAll(sources, told, signal) : Promise.resolve({ total: null, problems: [] });
    return counted;
  };
}

async function countAll(
  sources: readonly MergeSource[],
  told: readonly Problem[],
  signal: AbortSignal,
): Promise<Count> {
  const counts = await Promise.all(
    sources.map((source) =>
      askProvider(source, (provider, within) => provider.countBackups(source.filter, within), signal),
    ),
  );
  const isTold = ({ provider }: Problem) => told.some((problem) => problem.provider === provider && !problem.isOfRows);
  const problems = counts.flatMap(({ answer, problem }, index) =>
    answer === null ? (problem ?? uncounted(sources[index] as MergeSource)) : [],
  );
  const total = counts.reduce((sum, { answer }) => sum + (answer ?? 0), 0);
  if (problems.length > 0) return { total: null, problems: problems.filter((problem) => !isTold(problem)) };
  // GraphQL's Int cannot represent a larger count.
  return total <= maxInt
    ? { total, problems }
    : { total: null, problems: sources.slice(0, 1).map((source) => uncounted(source)) };
}

const uncounted = ({ provider: { name } }: MergeSource): Problem => ({
  provider: name,
  entityId: null,
  isUntold: true,
  error: new GatewayError(
    'INCOMPLETE',
    `${name} could not count the backups that match, so totalCount is null. The list itself is not affected.`,
  ),
});
