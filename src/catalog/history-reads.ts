/** What the history tells of backups and entities; null where there is none. No product is asked. */
import { badInput, type GatewayError } from '../core/errors.ts';
import type { CountedCoverage, Run } from '../core/history.ts';
import { now } from '../core/instant.ts';
import { type Backup, isSuccessful, type ProtectedEntity, type Ref } from '../core/model.ts';
import { type Anomaly, findAnomalies, maxComparable } from '../lists/anomalies.ts';
import { type ListFilter, toSources } from '../lists/backup-list.ts';
import { type DaysQuery, type EntityDay, readEntityDays } from '../lists/entity-days.ts';
import { readLastKnown } from '../lists/last-known-protection.ts';
import type { LastKnownProtection } from '../lists/protection.ts';
import { readTotals, type TotalsAnswer, type TotalsRequest } from '../lists/totals.ts';
import type { CatalogOptions } from './options.ts';
import type { Scope } from './scope.ts';

/** Runs of the trend of one entity. */
export const maxTrend = 400;

export class HistoryReads {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  /** How much of a provider's list is stored; null without history, and for a provider that the viewer may not see. */
  async coverage(name: string): Promise<CountedCoverage | null> {
    const { history } = this.#options;
    return history && this.#scope.provider(name) ? history.countedCoverage(name) : null;
  }

  /** Each entity as its provider listed it last; null where nothing is stored of it. */
  entities(refs: readonly Ref[]): Promise<readonly (ProtectedEntity | null | GatewayError)[]> {
    const { history } = this.#options;
    return this.#scope.byProvider(refs, async ({ name }, ids) => {
      const stored = await history?.getEntities(name, ids);
      return ids.map((id) => stored?.get(id) ?? null);
    });
  }

  /** Whether each was protected when its provider answered last; null where the history does not tell. */
  async lastKnown(entities: readonly Ref[]): Promise<readonly (LastKnownProtection | null | GatewayError)[]> {
    const { history, expectationOf } = this.#options;
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? readLastKnown(history, name, ids, (id) => expectationOf(name, id)) : ids.map(() => null),
    );
  }

  /** What ran of each on its last days; null where nothing is stored of its provider. */
  async days(
    entities: readonly Ref[],
    query: DaysQuery,
  ): Promise<readonly (readonly EntityDay[] | null | GatewayError)[]> {
    const { history, expectationOf } = this.#options;
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? readEntityDays(history, name, ids, query, (id) => expectationOf(name, id), now()) : ids.map(() => null),
    );
  }

  /** The last successes of each, oldest first; null without a history. */
  async trends(entities: readonly Ref[], last: number): Promise<readonly (readonly Run[] | null | GatewayError)[]> {
    const { history } = this.#options;
    if (last < 1 || last > maxTrend) throw badInput(`"last" must be from 1 to ${maxTrend}.`, ['last']);
    return this.#scope.byProvider(entities, async ({ name }, ids) =>
      history ? (await history.newestRuns(name, ids, last)).map((runs) => runs.toReversed()) : ids.map(() => null),
    );
  }

  /** Numbers by group. Throws BAD_USER_INPUT for more groups than there may be, and UNSUPPORTED without a history. */
  totals(filter: ListFilter, request: TotalsRequest, signal: AbortSignal): Promise<TotalsAnswer> {
    const { history, listTimeoutMs } = this.#options;
    return readTotals(toSources(this.#scope.providers, listTimeoutMs, filter), history, request, now(), signal);
  }

  /** What is unusual of each, compared with the runs before it; null without a history. */
  anomalies(backups: readonly Backup[]): Promise<readonly (readonly Anomaly[] | null)[]> {
    const { history } = this.#options;
    return this.#scope.ofEach<readonly Anomaly[] | null>(backups, null, async (_provider, own) => {
      if (!history) return own.map(() => null);
      const compared = own.filter(({ entityId, status }) => entityId !== null && isSuccessful(status));
      const before = await history.runsBefore(compared, maxComparable);
      const byBackup = new Map(compared.map((backup, index) => [backup, before[index] ?? []]));
      return own.map((backup) => findAnomalies(backup, byBackup.get(backup) ?? []));
    });
  }
}
