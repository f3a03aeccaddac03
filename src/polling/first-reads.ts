/**
 * The first read of each stream. After a restart, hundreds of clients reconnect at once. Their backups are read in
 * batches for each provider, one batch at a time.
 */
import { untilAborted } from '../core/deadline.ts';
import { GatewayError } from '../core/errors.ts';
import type { Backup, LocalId } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import { giveRequest, outsideRequests, type RequestScope, requestOf } from '../core/request-scope.ts';
import { givePriority } from '../upstream/priority.ts';

export interface FirstReads {
  /** Null if there is no such backup. */
  read(provider: Provider, id: LocalId, signal: AbortSignal): Promise<Backup | null>;
}

/** Ids in one call. Some products take a request for each id, and every client of a batch waits for all of them. */
const maxBatch = 200;

interface Waiting {
  readonly resolve: (backup: Backup | null) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly request: RequestScope | null;
}

export function createFirstReads(): FirstReads {
  const queues = new WeakMap<Provider, Queue>();
  return {
    read(provider, id, signal) {
      const queue = queues.get(provider) ?? new Queue(provider);
      queues.set(provider, queue);
      return queue.read(id, signal);
    },
  };
}

class Queue {
  readonly #provider: Provider;
  #waiting = new Map<LocalId, Waiting[]>();
  #isRunning = false;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  read(id: LocalId, signal: AbortSignal): Promise<Backup | null> {
    const answer = new Promise<Backup | null>((resolve, reject) => {
      const others = this.#waiting.get(id) ?? [];
      this.#waiting.set(id, [...others, { resolve, reject, signal, request: requestOf(signal) }]);
    });
    if (!this.#isRunning) {
      this.#isRunning = true;
      // Reads of the same turn of the event loop join the first batch. The batch belongs to no single request.
      outsideRequests(() => setImmediate(() => void this.#run()));
    }
    return untilAborted(answer, signal);
  }

  async #run(): Promise<void> {
    for (let batch = this.#take(); batch.size > 0; batch = this.#take()) await this.#readBatch(batch);
    this.#isRunning = false;
  }

  /** The oldest ids, without those whose clients have disconnected. */
  #take(): Map<LocalId, Waiting[]> {
    const batch = new Map<LocalId, Waiting[]>();
    for (const [id, all] of this.#waiting) {
      if (batch.size >= maxBatch) break;
      this.#waiting.delete(id);
      const present = all.filter(({ signal }) => !signal.aborted);
      if (present.length > 0) batch.set(id, present);
    }
    return batch;
  }

  async #readBatch(batch: ReadonlyMap<LocalId, Waiting[]>): Promise<void> {
    const ids = [...batch.keys()];
    try {
      const found = await this.#provider.getBackups(ids, giveRequest(this.#followAll(batch), onlyRequestOf(batch)));
      for (const [place, id] of ids.entries()) for (const one of batch.get(id) ?? []) one.resolve(found[place] ?? null);
    } catch (error) {
      if (ids.length === 1 || failsForAll(error)) {
        for (const all of batch.values()) for (const one of all) one.reject(error);
        return;
      }
      // An unreadable row must not fail the streams of the other rows: the batch is halved until that row is alone.
      const entries = [...batch];
      const half = Math.ceil(entries.length / 2);
      await this.#readBatch(new Map(entries.slice(0, half)));
      await this.#readBatch(new Map(entries.slice(half)));
    }
  }

  /** Returns a signal that aborts when the last client of the batch has disconnected. */
  #followAll(batch: ReadonlyMap<LocalId, Waiting[]>): AbortSignal {
    const controller = new AbortController();
    const signals = [...batch.values()].flat().map(({ signal }) => signal);
    let left = signals.length;
    const leave = (): void => {
      left--;
      if (left === 0)
        controller.abort(
          new GatewayError('PROVIDER_TIMEOUT', 'All clients that requested these backups have disconnected.'),
        );
    };
    for (const signal of signals) signal.addEventListener('abort', leave, { once: true, signal: controller.signal });
    return givePriority(controller.signal, 'polls');
  }
}

/** The request that a batch is read for; null if the batch serves several requests. */
function onlyRequestOf(batch: ReadonlyMap<LocalId, Waiting[]>): RequestScope | null {
  const [first, ...others] = [...batch.values()].flat();
  return first && others.length === 0 ? first.request : null;
}

/** Every id would fail the same way: the provider is unavailable, or the gateway has a bug. */
const failsForAll = (error: unknown): boolean =>
  !(error instanceof GatewayError) || error.isRetryable || (error.isOutage && !error.traits.isUnreadable);
