/** Lists, rows by id, and numbers over them. One class, since every read starts from the scope of one viewer. */

import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { mapBounded } from '../core/map-bounded.ts';
import type { Backup, ProtectedEntity, Ref } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import type { RowShares } from '../core/row-shares.ts';
import { inOwnTurn, inTurns } from '../core/turns.ts';
import { readAll } from '../lists/all-entities.ts';
import {
  type BackupList,
  type ListFilter,
  type ListQuery,
  leftOut,
  listBackups,
  toSources,
} from '../lists/backup-list.ts';
import { type EntityList, type EntityQuery, listEntities } from '../lists/entity-list.ts';
import { findLatest, type Latest, type Question } from '../lists/latest.ts';
import type { MergeSource } from '../lists/merge.ts';
import { findPresent } from '../lists/present-success.ts';
import { newestOfAny, newestSuccess, type Protection, toProtection } from '../lists/protection.ts';
import { type Scan, scanProvider } from '../lists/scan.ts';
import { type Statistics, StatisticsCounter } from '../lists/statistics.ts';
import { type TimelineBucket, TimelineCounter, type TimelinePoint, toBuckets, withinRange } from '../lists/timeline.ts';
import type { Details } from './details.ts';
import type { CatalogOptions } from './options.ts';
import type { Scope } from './scope.ts';

/** Entities at once whose newest success turned out to be gone. */
const parallelEntities = 8;

export interface TimelineRange {
  readonly from: Instant;
  readonly to: Instant;
  readonly bucket: TimelineBucket;
  /** A name of the IANA database. */
  readonly timeZone: string;
}

/** The newest success of each entity, as `newestSuccesses` gives it: read once for each entity of an operation. */
export type SuccessesOf = (entities: readonly Ref[]) => Promise<readonly Latest[]>;

/** The scan of a source: one operation asks once for each, however many fields want it. */
export type ScanOf = (source: MergeSource) => Promise<Scan>;

interface TimelineAnswer extends Pick<Scan, 'problems'> {
  readonly points: readonly TimelinePoint[];
}

export class Reads {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;
  readonly #details: Details;
  readonly #rowShares: RowShares;

  /** `rowShares`: of all viewers; they hold numbers of rows only, by what was asked of which providers. */
  constructor(scope: Scope, options: CatalogOptions, details: Details, rowShares: RowShares) {
    this.#scope = scope;
    this.#options = options;
    this.#details = details;
    this.#rowShares = rowShares;
  }

  listBackups(query: ListQuery, signal: AbortSignal): Promise<BackupList> {
    const { providers } = this.#scope;
    const { listTimeoutMs, history } = this.#options;
    return inOwnTurn(listBackups(providers, listTimeoutMs, query, signal, this.#rowShares, history));
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

  /** `lastKnown`: entities of providers that do not answer are those of the history. */
  listEntities(
    { lastKnown, ...query }: Omit<EntityQuery, 'history'> & { readonly lastKnown: boolean },
    successesOf: SuccessesOf,
    signal: AbortSignal,
  ): Promise<EntityList> {
    const protectionsOf = (entities: readonly ProtectedEntity[]) => this.#protectionsOf(entities, successesOf);
    const { providers } = this.#scope;
    const { listTimeoutMs } = this.#options;
    const history = lastKnown ? this.#options.history : null;
    return inOwnTurn(listEntities(providers, listTimeoutMs, { ...query, history }, protectionsOf, signal));
  }

  /** One answer for each, likewise. */
  getEntities(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null | GatewayError)[]> {
    return this.#scope.byProvider(refs, (provider, ids) => provider.getEntities(ids, signal));
  }

  /** The newest backup of each entity, in any state; null only where there is certainly none. */
  async latestBackups(
    entities: readonly Ref[],
    signal: AbortSignal,
  ): Promise<readonly (Backup | null | GatewayError)[]> {
    return (await this.#findLatest(entities, newestOfAny, signal)).map((latest) =>
      latest instanceof GatewayError ? latest : (latest.backup ?? latest.problem?.error ?? null),
    );
  }

  /** The newest success of each entity whose data is still there, and how certain that is. */
  newestSuccesses(entities: readonly Ref[], signal: AbortSignal): Promise<readonly (Latest | GatewayError)[]> {
    return this.#findLatest(entities, newestSuccess, signal);
  }

  /** The same, as far as the products can say that the data is still there. */
  async presentSuccesses(
    entities: readonly Ref[],
    successes: readonly Latest[],
    signal: AbortSignal,
  ): Promise<readonly Latest[]> {
    const { listTimeoutMs } = this.#options;
    const presences = await this.#details.presences(
      successes.flatMap(({ backup }) => backup ?? []),
      signal,
    );
    const next = presences.values();
    const known = successes.map(({ backup }) => (backup ? next.next().value : undefined));
    return mapBounded(entities, parallelEntities, async ({ provider: name, localId }) => {
      const index = entities.findIndex((ref) => ref.provider === name && ref.localId === localId);
      const latest = successes[index] as Latest;
      const provider = this.#scope.provider(name);
      const presence = known[index];
      if (!provider || !presence) return latest;
      return findPresent({ provider, timeoutMs: listTimeoutMs(name) }, localId, latest, presence, signal);
    });
  }

  async #findLatest(entities: readonly Ref[], question: Question, signal: AbortSignal) {
    const { listTimeoutMs } = this.#options;
    const found = await this.#scope.byProvider(entities, (provider, ids) =>
      findLatest({ provider, timeoutMs: listTimeoutMs(provider.name) }, ids, question, signal),
    );
    return found.map((latest) => latest ?? new GatewayError('NOT_FOUND', 'There is no such entity.'));
  }

  protection(entity: ProtectedEntity, success: Latest): Protection {
    const { provider, externalId } = entity;
    return toProtection(entity, success, this.#options.expectationOf(provider, externalId), now());
  }

  /** How many entities that the filter selects are overdue; null where that of any is not known. */
  async countOverdue(filter: ListFilter, successesOf: SuccessesOf, signal: AbortSignal): Promise<number | null> {
    const { entities } = filter;
    const { listTimeoutMs } = this.#options;
    const providers = toSources(this.#scope.providers, listTimeoutMs, filter).map(({ provider }) => provider);
    const read = await readAll(providers, listTimeoutMs, signal);
    const isMeant = ({ provider, externalId }: ProtectedEntity) =>
      entities?.some((ref) => ref.provider === provider && ref.localId === externalId) ?? true;
    const protections = await this.#protectionsOf(read.entities.filter(isMeant), successesOf);
    const isUnknown = read.failed.length > 0 || protections.some(({ status }) => status === 'UNKNOWN');
    return isUnknown ? null : protections.filter(({ status }) => status === 'OVERDUE').length;
  }

  async #protectionsOf(entities: readonly ProtectedEntity[], successesOf: SuccessesOf): Promise<Protection[]> {
    const successes = await successesOf(entities.map(toRef));
    return entities.map((entity, index) => this.protection(entity, successes[index] as Latest));
  }

  /** Every backup of one provider that matches, bounded. */
  scan(source: MergeSource, signal: AbortSignal): Promise<Scan> {
    return scanProvider(source, signal);
  }

  /** Numbers over what matches; `problems` says what is missing. */
  async statistics(
    filter: ListFilter,
    scanOf: ScanOf,
    signal: AbortSignal,
  ): Promise<Statistics & Pick<Scan, 'problems'>> {
    const sources = toSources(this.#scope.providers, this.#options.listTimeoutMs, filter);
    const counter = new StatisticsCounter(sources.map(({ provider }) => provider.name));
    const problems = await countRows(sources, scanOf, counter, signal);
    return { ...counter.result(), problems: [...problems, ...leftOut(this.#scope.providers, filter)] };
  }

  async timeline(
    { from, to, bucket, timeZone }: TimelineRange,
    filter: ListFilter,
    scanOf: ScanOf,
    signal: AbortSignal,
  ): Promise<TimelineAnswer> {
    const counter = new TimelineCounter(toBuckets(from, to, bucket, timeZone));
    const narrowed = withinRange(filter, { from, to });
    const sources = toSources(this.#scope.providers, this.#options.listTimeoutMs, narrowed);
    const problems = await countRows(sources, scanOf, counter, signal);
    return { points: counter.points(), problems: [...problems, ...leftOut(this.#scope.providers, narrowed)] };
  }
}

/** Gives each row of the scans to the counter, a provider at a time; returns what is missing. */
async function countRows(
  sources: readonly MergeSource[],
  scanOf: ScanOf,
  counter: { add(backup: Backup): void },
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const scans = await Promise.all(sources.map(scanOf));
  for (const { rows } of scans) await inTurns(rows, (row) => counter.add(row), signal);
  return scans.flatMap(({ problems }) => problems);
}

const toRef = ({ provider, externalId }: ProtectedEntity): Ref => ({ provider, localId: externalId });
