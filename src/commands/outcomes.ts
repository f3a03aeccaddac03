/**
 * What became of a command whose answer was lost, or did not name its backup: looked up after a while, and again, until
 * it is found or given up. Nothing is ever sent again.
 */
import { findGatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { OperationRecord } from './operation-record.ts';
import { aliasFor } from './overlay.ts';
import type { LedgerStore, OperationChange } from './store.ts';

export interface OutcomesOptions {
  readonly store: LedgerStore;
  readonly provider: (name: string) => Provider | null;
  /** Between two looks: the first, and the longest. */
  readonly lookMs: { readonly first: number; readonly longest: number };
  /** How long a command whose answer was lost is looked for. */
  readonly lostForMs: number;
  readonly onBug: (error: unknown) => void;
  readonly change: (id: string, changes: OperationChange) => Promise<OperationRecord>;
  /** Aborts when the ledger closes. */
  readonly closing: AbortSignal;
}

export interface Outcomes {
  /** Begins to look, `waitMs` from now. */
  look(id: string, waitMs?: number): void;
  close(): void;
}

/** An accepted start that its product still does not show by then is given up, and a lost one that nobody could look for. */
const acceptedForMs = 24 * 3_600_000;
/** The longest backup of a product that answers a start at its end. */
const slowStartMs = 15 * 60_000;

export function createOutcomes({ store, change, closing, ...options }: OutcomesOptions): Outcomes {
  const timers = new Set<NodeJS.Timeout>();

  function look(id: string, waitMs = options.lookMs.first): void {
    if (closing.aborted) return;
    const next = () => {
      timers.delete(timer);
      void resolve(id)
        .catch(options.onBug)
        .then(() => {
          if (store.findPending(id)) look(id, Math.min(waitMs * 2, options.lookMs.longest));
        });
    };
    // The request that asked for the start has long had its answer.
    const timer = outsideRequests(() => setTimeout(next, waitMs));
    timers.add(timer);
  }

  async function resolve(id: string): Promise<void> {
    const operation = store.findPending(id);
    if (!operation) return;
    const provider = options.provider(operation.provider);
    if (!provider) return;
    if (operation.sentAt === null) {
      await change(id, {
        status: 'FAILED',
        error: {
          // A refusal like that of a provider that is left alone: for certain, and worth asking again.
          code: 'PROVIDER_UNAVAILABLE',
          message: `The gateway ended before it had asked ${operation.provider}. Nothing was done: ask again with a new key.`,
        },
      });
      return;
    }
    // A product that answers at the end of a backup shows it no earlier than that, whenever the answer was lost.
    const lostForMs = provider.showPending ? Math.max(options.lostForMs, slowStartMs) : options.lostForMs;
    const patienceMs = operation.isAccepted ? acceptedForMs : lostForMs;
    const sinceMs = (now() - (operation.lostAt ?? operation.sentAt)) / 1000;
    const isGivenUp = sinceMs > patienceMs;
    try {
      await (operation.kind === 'CANCEL'
        ? resolveCancel(operation, provider, isGivenUp)
        : resolveStart(operation, provider, operation.sentAt, isGivenUp));
    } catch (thrown) {
      // The provider cannot be asked now: that proves nothing, and no candidate may be kept back for it. It is asked again.
      if (!findGatewayError(thrown)) throw thrown;
      if (sinceMs > acceptedForMs) await unknown(id, []);
    }
  }

  async function resolveStart(
    operation: OperationRecord,
    provider: Provider,
    sentAt: Instant,
    isGivenUp: boolean,
  ): Promise<void> {
    const { id, entityId, name, nonce, mark, handle } = operation;
    if (entityId === null || !provider.findStarted) return unknown(id, []);
    const finding = await provider.findStarted({ entityId, name, nonce, mark, handle, sentAt }, closing);
    const { backup, error, candidates } = finding;
    if (backup) {
      const shown = keepId(operation, provider, backup);
      // Lists must not show the backup by both ids.
      const naming = addAlias(store, provider, backup, shown);
      await change(id, { status: 'SUCCEEDED', ...idsOf(shown) });
      await naming;
    } else if (error) await change(id, { status: 'FAILED', error: { code: error.code, message: error.message } });
    else if (isGivenUp) await unknown(id, candidates);
  }

  async function resolveCancel(
    { id, backupId }: OperationRecord,
    provider: Provider,
    isGivenUp: boolean,
  ): Promise<void> {
    const [backup] = backupId === null ? [] : await provider.getBackups([backupId], closing);
    if (backup?.status === 'CANCELLED') {
      if (provider.cancelledAs) await store.markCancelled(provider.name, backup.localId);
      await change(id, { status: 'SUCCEEDED', externalId: backup.externalId });
    } else if (isGivenUp) await unknown(id, backup ? [backup] : []);
  }

  async function unknown(id: string, candidates: readonly Backup[]): Promise<void> {
    await change(id, {
      status: 'OUTCOME_UNKNOWN',
      candidateIds: candidates.map(({ localId }) => localId),
      error: {
        code: 'OUTCOME_UNKNOWN',
        message: 'Nothing proves whether it was done, or done whole. Look at the candidates before asking again.',
      },
    });
  }

  return {
    look,
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** A backup that was shown before its product named it keeps the id that it was shown by. */
export function keepId(operation: OperationRecord, provider: Provider, backup: Backup): Backup {
  return provider.showPending ? { ...backup, localId: aliasFor(operation) } : backup;
}

/** Stores the id that a backup is shown by, if that is not its own. */
export async function addAlias(store: LedgerStore, provider: Provider, own: Backup, shown: Backup): Promise<void> {
  if (shown.localId !== own.localId) await store.addAlias(provider.name, own.localId, shown.localId);
}

export const idsOf = (backup: Backup | null) => ({
  backupId: backup?.localId ?? null,
  externalId: backup?.externalId ?? null,
});
