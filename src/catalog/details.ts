/** What is asked about providers, and about rows that were listed already: one answer for each row, in the same order. */
import { GatewayError } from '../core/errors.ts';
import type { Backup, BackupTrigger, LocalId, Origin, ProtectedEntity, Schedule } from '../core/model.ts';
import type { ProviderLimits } from '../core/provider-limits.ts';
import { askProvider } from '../lists/ask.ts';
import { type Copies, readCopies } from '../lists/copies.ts';
import { type Presence, readOrigins, readPresences, readTriggers } from '../lists/presence.ts';
import type { CatalogOptions } from './options.ts';
import type { Scope } from './scope.ts';

export class Details {
  readonly #scope: Scope;
  readonly #options: CatalogOptions;

  constructor(scope: Scope, options: CatalogOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  /** Limits of the requests to a provider; null for one that the viewer may not see. */
  limits(name: string): ProviderLimits | null {
    return this.#scope.provider(name) ? this.#options.limitsOf(name) : null;
  }

  /** Whether the data of each is still there; one call for each repository or entity at most. */
  presences(backups: readonly Backup[], signal: AbortSignal): Promise<readonly Presence[]> {
    const { listTimeoutMs } = this.#options;
    return this.#scope.ofEach(backups, { presence: 'UNKNOWN', problem: null }, (provider, own) =>
      readPresences({ provider, timeoutMs: listTimeoutMs(provider.name) }, own, signal),
    );
  }

  /** Where the data of each is; one call for each repository or entity at most. */
  copies(backups: readonly Backup[], signal: AbortSignal): Promise<readonly Copies[]> {
    const { listTimeoutMs } = this.#options;
    return this.#scope.ofEach<Copies>(backups, null, (provider, own) =>
      readCopies({ provider, timeoutMs: listTimeoutMs(provider.name) }, own, signal),
    );
  }

  /** The first backup of the chain of each; null if its product does not tell. */
  chainRoots(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (LocalId | null | GatewayError)[]> {
    const { listTimeoutMs } = this.#options;
    return this.#scope.ofEach<LocalId | null | GatewayError>(backups, null, async (provider, own) => {
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
    return this.#scope.ofEach<BackupTrigger>(backups, 'UNKNOWN', (provider, own) =>
      readTriggers(provider, own, signal),
    );
  }

  /**
   * What started each: a viewer of this gateway, whom only operators are told, or what the product tells; null if it
   * tells nothing. An error where it could not be read.
   */
  origins(backups: readonly Backup[], signal: AbortSignal): Promise<readonly (Origin | null | GatewayError)[]> {
    return this.#scope.ofEach<Origin | null | GatewayError>(backups, null, async (provider, own) => {
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
    return this.#scope.ofEach<readonly Schedule[] | null | GatewayError, ProtectedEntity>(
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
    return this.#scope.ofEach(backups, false, async ({ name }, own) => {
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
}

const fromHere = (isFromHere: boolean, name: string | null): Origin | null =>
  isFromHere ? { kind: 'GATEWAY', name } : null;
