/** Lists, rows by id, and numbers over them. One class, since every read starts from the scope of one viewer. */

import { badInput, GatewayError } from '../core/errors.ts';
import type { HistoryCoverage, Run } from '../core/history.ts';
import { type Instant, now } from '../core/instant.ts';
import { mapBounded } from '../core/map-bounded.ts';
import {
  type Backup,
  type BackupTrigger,
  isSuccessful,
  type LocalId,
  type Origin,
  type ProtectedEntity,
  type Ref,
  type Schedule,
} from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import type { RowShares } from '../core/row-shares.ts';
import { inOwnTurn, inTurns } from '../core/turns.ts';
import { type Anomaly, findAnomalies, maxComparable } from '../lists/anomalies.ts';
import { askProvider } from '../lists/ask.ts';
import {
  type BackupList,
  type ListFilter,
  type ListQuery,
  leftOut,
  listBackups,
  toSources,
} from '../lists/backup-list.ts';
import { type Copies, readCopies } from '../lists/copies.ts';
import { type DaysQuery, type EntityDay, readEntityDays } from '../lists/entity-days.ts';
import { type EntityList, type EntityQuery, listEntities, readAll } from '../lists/entity-list.ts';
import { readLastKnown } from '../lists/last-known-protection.ts';
import { findLatest, type Latest, type Question } from '../lists/latest.ts';
import type { MergeSource } from '../lists/merge.ts';
import { type Presence, readOrigins, readPresences, readTriggers } from '../lists/presence.ts';
import { findPresent } from '../lists/present-success.ts';
import {
  type LastKnownProtection,
  newestOfAny,
  newestSuccess,
  type Protection,
  toProtection,
} from '../lists/protection.ts';
import { type Scan, scanProvider } from '../lists/scan.ts';
import { type Statistics, StatisticsCounter } from '../lists/statistics.ts';
import { type TimelineBucket, TimelineCounter, type TimelinePoint, toBuckets, withinRange } from '../lists/timeline.ts';
import type { CatalogOptions } from './options.ts';
import type { Scope } from './scope.ts';

/** Runs of the trend of one entity. */
export const maxTrend = 400;

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
  readonly #rowShares: RowShares;

  /** `rowShares`: of all viewers; they hold numbers of rows only, by what was asked of which providers. */
  constructor(scope: Scope, options: CatalogOptions, rowShares: RowShares) {
    this.#scope = scope;
    this.#options = options;
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

  listEntities(query: EntityQuery, successesOf: SuccessesOf, signal: AbortSignal): Promise<EntityList> {
    const protectionsOf = (entities: readonly ProtectedEntity[]) => this.#protectionsOf(entities, successesOf);
    const { providers } = this.#scope;
    return inOwnTurn(listEntities(providers, this.#options.listTimeoutMs, query, protectionsOf, signal));
  }

  /** One answer for each, likewise. */
  getEntities(refs: readonly Ref[], signal: AbortSignal): Promise<readonly (ProtectedEntity | null | GatewayError)[]> {
    return this.#scope.byProvider(refs, (provider, ids) => provider.getEntities(ids, signal));
  }

  /** Whether the data of each is still there; one call for each repository or entity at most. */
  dataPresences(backups: readonly Backup[], signal: AbortSignal): Promise<readonly Presence[]> {
    const { listTimeoutMs } = this.#options;
    return this.#ofEach(backups, { presence: 'UNKNOWN', problem: null }, (provider, own) =>
      readPresences({ provider, timeoutMs: listTimeoutMs(provider.name) }, own, signal),
    );
  }

  /** Where the data of each is; one call for each repository or entity at most. */
  copies(backups: readonly Backup[], signal: AbortSignal): Promise<readonly Copies[]> {
    const { listTimeoutMs } = this.#options;
    return this.#ofEach<Copies>(backups, null, (provider, own) =>
      readCopies({ provider, timeoutMs: listTimeoutMs(provider.name) }, own, signal),
    );
  }

  /** The first backup of the chain of each; null if its product does not tell. */
  chainRoots(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (LocalId | null | GatewayError)[]> {
    const { listTimeoutMs } = this.#options;
    return this.#ofEach<LocalId | null | GatewayError>(backups, null, async (provider, own) => {
      const { answer, problem } = await askProvider(
        { provider, timeoutMs: listTimeoutMs(provider.name) },
        ({ readChainRoots }, within) => readChainRoots?.call(provider, own, within) ?? Promise.resolve([]),
        signal,
      );
      return own.map((_, index) => (problem ? problem.error : (answer[index] ?? null)));
    });
  }

  /** What started each. */
  triggers(backups: readonly Backup[], signal: AbortSignal): Promise<readonly BackupTrigger[]> {
    return this.#ofEach<BackupTrigger>(backups, 'UNKNOWN', (provider, own) => readTriggers(provider, own, signal));
  }

  /**
   * What started each: a viewer of this gateway, whom only operators are told, or what the product tells; null if it
   * tells nothing. An error where it could not be read.
   */
  origins(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (Origin | null | GatewayError)[]> {
    return this.#ofEach<Origin | null | GatewayError>(backups, null, async (provider, own) => {
      try {
        const ids = own.map(({ localId }) => localId);
        const starters = await this.#options.ledger.startersOf(provider.name, ids);
        const others = own.filter(({ localId }) => !starters.has(localId));
        const told = await readOrigins(provider, others, signal);
        const byOther = new Map(others.map((backup, index) => [backup, told[index] ?? null]));
        const name = (localId: LocalId) => (this.#scope.isOperator ? (starters.get(localId) ?? null) : null);
        return own.map((backup) => byOther.get(backup) ?? fromHere(starters.has(backup.localId), name(backup.localId)));
      } catch (error) {
        if (error instanceof GatewayError) return own.map(() => error);
        throw error;
      }
    });
  }

  /** The schedules of each entity; null if its product does not tell. One call for each provider. */
  schedules(
    entities: readonly ProtectedEntity[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Schedule[] | null | GatewayError)[]> {
    const { listTimeoutMs } = this.#options;
    return this.#ofEach<readonly Schedule[] | null | GatewayError, ProtectedEntity>(
      entities,
      null,
      async (provider, own) => {
        const { answer, problem } = await askProvider(
          { provider, timeoutMs: listTimeoutMs(provider.name) },
          ({ readSchedules }, within) => readSchedules?.call(provider, own, within) ?? Promise.resolve([]),
          signal,
        );
        return own.map((_, index) => (problem ? problem.error : (answer[index] ?? null)));
      },
    );
  }

  /** Whether the settings of the start of each are recorded; not while the storage is unavailable. */
  areRecorded(backups: readonly Backup[]): Promise<readonly boolean[]> {
    return this.#ofEach(backups, false, async ({ name }, own) => {
      try {
        const ids = own.map(({ localId }) => localId);
        const recorded = await this.#options.ledger.recordedAmong(name, ids);
        return ids.map((id) => recorded.has(id));
      } catch (error) {
        // The command would be refused, too.
        if (error instanceof GatewayError) return own.map(() => false);
        throw error;
      }
    });
  }

  async #ofEach<T, Row extends Backup | ProtectedEntity = Backup>(
    backups: readonly Row[],
    otherwise: T,
    read: (provider: Provider, own: readonly Row[]) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const answers = new Map<Row, T>();
    await Promise.all(
      [...new Set(backups.map(({ provider }) => provider))].map(async (name) => {
        const provider = this.#scope.provider(name);
        if (!provider) return;
        const own = backups.filter((backup) => backup.provider === name);
        for (const [index, answer] of (await read(provider, own)).entries()) answers.set(own[index] as Row, answer);
      }),
    );
    return backups.map((backup) => answers.get(backup) ?? otherwise);
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
    const presences = await this.dataPresences(
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

  /** Whether each was protected when its provider answered last; null where the history does not tell. */
  async lastKnownProtections(
    entities: readonly Ref[],
  ): Promise<readonly (LastKnownProtection | null | GatewayError)[]> {
    const { history, expectationOf } = this.#options;
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? readLastKnown(history, name, ids, (id) => expectationOf(name, id)) : ids.map(() => null),
    );
  }

  /** What ran of each on its last days; null where nothing is stored of its provider. */
  async entityDays(
    entities: readonly Ref[],
    query: DaysQuery,
  ): Promise<readonly (readonly EntityDay[] | null | GatewayError)[]> {
    const { history, expectationOf } = this.#options;
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? readEntityDays(history, name, ids, query, (id) => expectationOf(name, id), now()) : ids.map(() => null),
    );
  }

  /** The last successes of each, oldest first; null without a history. */
  async entityTrends(
    entities: readonly Ref[],
    last: number,
  ): Promise<readonly (readonly Run[] | null | GatewayError)[]> {
    const { history } = this.#options;
    if (last < 1 || last > maxTrend) throw badInput(`"last" must be from 1 to ${maxTrend}.`, ['last']);
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? (await history.newestRuns(name, ids, last)).map((runs) => runs.toReversed()) : ids.map(() => null),
    );
  }

  /** What is unusual of each, compared with the runs before it; null without a history. */
  anomalies(backups: readonly Backup[]): Promise<readonly (readonly Anomaly[] | null)[]> {
    const { history } = this.#options;
    return this.#ofEach<readonly Anomaly[] | null>(backups, null, async (_provider, own) => {
      if (!history) return own.map(() => null);
      const compared = own.filter(({ entityId, status }) => entityId !== null && isSuccessful(status));
      const before = await history.runsBefore(compared, maxComparable);
      const byBackup = new Map(compared.map((backup, index) => [backup, before[index] ?? []]));
      return own.map((backup) => findAnomalies(backup, byBackup.get(backup) ?? []));
    });
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

  /** How much of a provider's list is stored; null without history, and for a provider that the viewer may not see. */
  async historyOf(name: string): Promise<HistoryCoverage | null> {
    const { history } = this.#options;
    return history && this.#scope.provider(name) ? history.coverage(name) : null;
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

const fromHere = (isFromHere: boolean, name: string | null): Origin | null =>
  isFromHere ? { kind: 'GATEWAY', name } : null;

const toRef = ({ provider, externalId }: ProtectedEntity): Ref => ({ provider, localId: externalId });
