/** A product with running backups whose logs grow, as a Provider that counts what it is asked. */
import { untilAborted } from '../../src/core/deadline.ts';
import type { GatewayError } from '../../src/core/errors.ts';
import { matchesFilter } from '../../src/core/filter.ts';
import { listed } from '../../src/core/listed-backup.ts';
import type { Backup } from '../../src/core/model.ts';
import { compareKeys } from '../../src/core/order.ts';
import type { LogRead, Problem, Provider } from '../../src/core/provider.ts';
import { createObservedState, type ObservedState } from '../../src/lists/observed-state.ts';
import { createHub, type Hub } from '../../src/polling/hub.ts';
import type { HubOptions } from '../../src/polling/hub-options.ts';
import { openReplayStore } from '../../src/replay/replay-file.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { aBackup, aLine, aProvider } from './model.ts';
import { hangMs } from './timing.ts';

export interface WatchedProduct {
  readonly provider: Provider;
  /** By local id; what is not here was deleted. */
  readonly backups: Map<string, Backup>;
  /** Lines of each backup; null where the product threw them away. */
  readonly logs: Map<string, string[] | null>;
  failure: GatewayError | null;
  logFailure: GatewayError | null;
  /** Ids of each call. */
  readonly polls: (readonly string[])[];
  readonly pollTimes: number[];
  /** Offsets asked for. */
  readonly logReads: number[];
  /** Rows that each list call gave. */
  readonly lists: number[];
  /** Lists that were begun from the newest row. */
  looks: number;
  /** What a list says is missing. */
  problems: Problem[];
  /** Answers wait for this. */
  gate: Promise<void>;
  /** Calls that wait for an answer now, and whose signal has not aborted. */
  waiting: number;
  set(id: string, fields: Partial<Backup>): Backup;
}

export function aWatchedProduct(ids: readonly string[] = ['1'], methods: Partial<Provider> = {}): WatchedProduct {
  async function answer<T>(signal: AbortSignal, failure: () => GatewayError | null, work: () => T): Promise<T> {
    product.waiting++;
    await untilAborted(product.gate, signal).finally(() => product.waiting--);
    const error = failure();
    if (error) throw error;
    return work();
  }

  const product: WatchedProduct = {
    backups: new Map(ids.map((id) => [id, aBackup({ externalId: id, status: 'RUNNING', upstreamStatus: 'running' })])),
    logs: new Map(ids.map((id) => [id, []])),
    failure: null,
    logFailure: null,
    polls: [],
    pollTimes: [],
    logReads: [],
    lists: [],
    looks: 0,
    problems: [],
    gate: Promise.resolve(),
    waiting: 0,
    set(id, fields) {
      const backup = { ...(product.backups.get(id) ?? aBackup({ externalId: id })), ...fields };
      product.backups.set(id, backup);
      return backup;
    },
    provider: aProvider({
      hasProgress: true,
      getBackups(wanted, signal) {
        product.polls.push(wanted);
        product.pollTimes.push(performance.now());
        return answer(
          signal,
          () => product.failure,
          () => wanted.map((id) => product.backups.get(id) ?? null),
        );
      },
      listBackups({ after, limit, filter }, signal) {
        const list = () => {
          const found = [...product.backups.values()]
            .filter((row) => matchesFilter(row, filter) && (after === null || compareKeys(row, after) > 0))
            .filter(({ entityId }) => product.problems.every((problem) => problem.entityId !== entityId))
            .sort(compareKeys);
          const rows = found.slice(0, limit).map(listed);
          product.lists.push(rows.length);
          if (after === null) product.looks++;
          return { rows, isEnd: found.length <= limit, problems: product.problems };
        };
        return answer(signal, () => product.failure, list);
      },
      readLog(backup, { offset, limit }, signal) {
        product.logReads.push(offset);
        return answer(
          signal,
          () => product.logFailure ?? product.failure,
          () => readLog(product, backup, offset, limit),
        );
      },
      ...methods,
    }),
  };
  return product;
}

function readLog(product: WatchedProduct, backup: Backup, offset: number, limit: number | null): LogRead {
  const log = product.logs.get(backup.localId);
  if (!log) return { lines: [], firstNumber: null, hasMore: false, state: 'discarded' };
  const end = limit === null ? log.length : offset + limit;
  const isOver = product.backups.get(backup.localId)?.status === 'SUCCEEDED';
  return {
    lines: log.slice(offset, end).map(aLine),
    firstNumber: offset + 1,
    hasMore: end < log.length,
    state: isOver ? 'complete' : 'growing',
  };
}

export interface TestHub extends Hub, Disposable {
  readonly bugs: unknown[];
  readonly observed: ObservedState;
}

/** Keeps nothing, like a gateway without a ledger file. */
export const forgetful = openReplayStore({
  file: ':memory:',
  database: openStorage(':memory:').database,
  maxBytes: 0,
  maxAgeMs: 0,
  pinned: '',
  onBug: () => undefined,
});

export function aHub(options: Partial<HubOptions> = {}): TestHub {
  const bugs: unknown[] = [];
  const observed = createObservedState();
  const hub = createHub(
    {
      fastMs: 5,
      slowMs: 20,
      logLimits: { maxLines: 1_000, maxBytes: 1_000_000 },
      maxLogBytes: 10_000_000,
      changeLimits: { maxChanges: 1_000, maxBytes: 1_000_000, maxAgeMs: 3_600_000 },
      store: forgetful,
      onBug: (error) => void bugs.push(error),
      ...options,
    },
    observed,
  );
  return Object.defineProperties(hub, {
    bugs: { value: bugs },
    observed: { value: observed },
    [Symbol.dispose]: { value: () => hub.close() },
  }) as TestHub;
}

/** Waits until something is so; the hub runs by its own clock. */
export async function until(what: () => boolean, timeoutMs = hangMs): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!what()) {
    if (performance.now() > end) throw new Error(`it never became so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
