/** Lists, rows by id, and numbers over them. */
import { type BackupList, type ListFilter, type ListQuery, listBackups, toSources } from '../backup-list.ts';
import { type EntityList, type EntityQuery, listEntities } from '../entity-list.ts';
import { GatewayError } from '../errors.ts';
import { noFilter } from '../filter.ts';
import type { Instant } from '../instant.ts';
import type { Backup, BackupStatus, ProtectedEntity, Ref } from '../model.ts';
import type { Provider } from '../provider.ts';
import { type Scan, scanBackups } from '../scan.ts';
import { type Statistics, summarize } from '../statistics.ts';
import { type TimelineBucket, type TimelinePoint, toBuckets, toTimeline } from '../timeline.ts';
import type { CatalogOptions } from './catalog.ts';
import type { Scope } from './scope.ts';

export interface TimelineRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly bucket: TimelineBucket;
}

interface TimelineAnswer extends Pick<Scan, 'problems'> {
  readonly points: readonly TimelinePoint[];
}

export class Reads {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  listBackups(query: ListQuery, signal: AbortSignal): Promise<BackupList> {
    return listBackups(this.#scope.providers, this.#options.listTimeoutMs, query, signal);
  }

  /** One answer for each: the backup, null where there is none, or why its provider could not say. */
  getBackups(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (Backup | null | GatewayError)[]> {
    return this.#scope.byProvider(refs, (provider, ids) => provider.getBackups(ids, signal));
  }

  /** One backup with its provider; NOT_FOUND where there is none. */
  async requireBackup(ref: Ref, signal: AbortSignal): Promise<{ provider: Provider; backup: Backup }> {
    const provider = this.#scope.provider(ref.provider);
    const [backup] = provider ? await this.getBackups([ref], signal) : [null];
    if (backup instanceof GatewayError) throw backup;
    if (!provider || !backup) throw new GatewayError('NOT_FOUND', 'There is no such backup.', { field: ['id'] });
    return { provider, backup };
  }

  listEntities(query: EntityQuery, signal: AbortSignal): Promise<EntityList> {
    return listEntities(this.#scope.providers, this.#options.listTimeoutMs, query, signal);
  }

  /** One answer for each, likewise. */
  getEntities(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null | GatewayError)[]> {
    return this.#scope.byProvider(refs, (provider, ids) => provider.getEntities(ids, signal));
  }

  /** The newest backup of the entities, of any of the statuses; null where there is none. Data that is gone is no success. */
  async latestBackup(
    entities: readonly Ref[],
    statuses: readonly BackupStatus[] | null,
    signal: AbortSignal,
  ): Promise<Backup | null> {
    const filter: ListFilter = { ...noFilter, providers: null, kinds: null, entities, statuses };
    let after: string | null = null;
    for (;;) {
      const list: BackupList = await this.listBackups(
        { page: { first: 10, after }, filter, isAscending: false },
        signal,
      );
      const found = list.rows.find((row) => statuses === null || !row.isRemoved);
      if (found) return found;
      // That nothing was found proves nothing while the provider, or a part of it, could not be read.
      const [problem] = list.problems;
      if (problem) throw problem.error;
      if (!list.pageInfo.hasNextPage) return null;
      after = list.pageInfo.endCursor;
    }
  }

  /** Numbers over what matches, from a bounded scan; `problems` says what is missing. */
  async statistics(filter: ListFilter, signal: AbortSignal): Promise<Statistics & Pick<Scan, 'problems'>> {
    const sources = toSources(this.#scope.providers, this.#options.listTimeoutMs, filter);
    const { rows, problems } = await scanBackups(sources, signal);
    return {
      ...summarize(
        rows,
        sources.map(({ provider }) => provider.name),
      ),
      problems,
    };
  }

  async timeline(
    { from, to, bucket }: TimelineRange,
    filter: ListFilter,
    signal: AbortSignal,
  ): Promise<TimelineAnswer> {
    const buckets = toBuckets(from, to, bucket);
    const startedAfter = Math.max(from, filter.startedAfter ?? from);
    const startedBefore = Math.min(to, filter.startedBefore ?? to);
    const narrowed = { ...filter, startedAfter, startedBefore };
    const { rows, problems } = await scanBackups(
      toSources(this.#scope.providers, this.#options.listTimeoutMs, narrowed),
      signal,
    );
    return { points: toTimeline(rows, buckets), problems };
  }
}
