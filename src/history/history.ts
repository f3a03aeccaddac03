/** The history of all providers: one reader for each, in the background, and answers from what they have stored. */
import { setTimeout } from 'node:timers/promises';
import { GatewayError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import { type Instant, now } from '../core/instant.ts';
import type { Provider } from '../core/provider.ts';
import { createRate } from '../core/rate.ts';
import { outsideRequests } from '../core/request-scope.ts';
import type { Storage } from '../storage/started-storage.ts';
import { givePace, givePriority } from '../upstream/priority.ts';
import { createEntityReads } from './entities.ts';
import { createEntityRows } from './entity-rows.ts';
import { oldestObservation } from './lists.ts';
import { listOrdered } from './ordered.ts';
import { createReader, type Reader } from './reader.ts';
import { createRuns } from './runs.ts';
import { toCountedCoverage, toCoverage } from './state.ts';
import { createHistoryStore } from './store.ts';
import { createTotals } from './totals.ts';

export interface RunningHistory extends History {
  /** The newest backups of this provider are read soon: they have changed. */
  changed(provider: string): void;
  /** The configured providers have changed. */
  reconfigure(): void;
  close(): Promise<void>;
}

export interface HistoryOptions {
  readonly storage: Pick<Storage, 'database' | 'health' | 'retention'>;
  /** Those of the current configuration. */
  readonly providers: () => readonly Provider[];
  readonly keepDays: number;
  readonly keepRows: number;
  readonly everySeconds: number;
  /** To each provider. */
  readonly requestsPerMinute: number;
  /**
   * Of several gateways over one database, one reads a provider. Resolves with a number while this one does, another number
   * after another one did; null while another one does. Keeps the right for this time. Default: it always does.
   */
  readonly holdTerm?: (provider: string, forMs: number) => Promise<number | null>;
  /** Gives the right back, so that another gateway need not wait for the end of its time. */
  readonly endTerm?: (provider: string, term: number) => Promise<void>;
  readonly now?: () => Instant;
  readonly onBug: (error: unknown) => void;
}

/** After a failure, and after another process has read. */
const retryMs = { first: 5_000, longest: 300_000 };
/** Longer than every wait, so that the same gateway goes on. */
const termMs = retryMs.longest + 60_000;
const dayUs = 86_400_000_000;
/** Changes that come together cause one read. */
const gatherMs = 1_000;

interface Loop {
  readonly reader: Reader;
  /** Ends the wait for the next step. */
  wake: () => void;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

export function createHistory(options: HistoryOptions): RunningHistory {
  const {
    storage,
    keepDays,
    keepRows,
    everySeconds,
    requestsPerMinute,
    holdTerm = alone,
    endTerm = ignored,
    onBug,
  } = options;
  const store = createHistoryStore(storage.database, storage.health);
  const entities = createEntityReads(storage.database, storage.health);
  const entityRows = createEntityRows(storage.database, storage.health);
  const runs = createRuns(storage.database, storage.health);
  const totals = createTotals(storage.database, storage.health);
  const rate = createRate(requestsPerMinute);
  const loops = new Map<string, Loop>();
  const leaving = new Set<Promise<void>>();

  function open(name: string): Loop {
    const stop = new AbortController();
    const reader = createReader({
      provider: () => options.providers().find((provider) => provider.name === name) ?? null,
      store,
      keepDays,
      keepRows,
      everySeconds,
      now: options.now ?? now,
      retentionNow: storage.retention.now,
    });
    const loop: { -readonly [Key in keyof Loop]: Loop[Key] } = {
      reader,
      stop,
      wake: () => undefined,
      done: Promise.resolve(),
    };
    loop.done = outsideRequests(() => run(name, loop)).catch((error: unknown) => {
      if (!stop.signal.aborted) onBug(error);
    });
    return loop;
  }

  /** The signal of one step, whose requests come last and are paced. */
  function toSignal(name: string, stop: AbortSignal): AbortSignal {
    const { signal } = new AbortController();
    const step = AbortSignal.any([signal, stop]);
    return givePace(givePriority(step, 'history'), async () => {
      for (let seconds = rate.take(name); seconds > 0; seconds = rate.take(name)) {
        await setTimeout(seconds * 1000, undefined, { ref: false, signal: stop });
      }
    });
  }

  async function run(name: string, loop: Loop): Promise<void> {
    const { signal } = loop.stop;
    const step = toSignal(name, signal);
    let failures = 0;
    let term: number | null = null;
    while (!signal.aborted) {
      let waitMs = retryMs.longest;
      try {
        const held = await storage.health.write(() => holdTerm(name, termMs), 'history');
        if (held !== term) loop.reader.reset();
        term = held;
        if (held !== null) waitMs = await loop.reader.step(step);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        if (!(error instanceof GatewayError)) throw error;
        waitMs = Math.min(retryMs.first * 2 ** failures++, retryMs.longest);
        if (term !== null) await loop.reader.fail(error).catch(ignoreFailure);
      }
      if (waitMs > 0) await untilWoken(loop, Math.min(waitMs, retryMs.longest));
    }
    const last = term;
    if (last !== null) await storage.health.write(() => endTerm(name, last), 'history').catch(ignoreFailure);
  }

  async function untilWoken(loop: Loop, waitMs: number): Promise<void> {
    const woken = new AbortController();
    loop.wake = () => woken.abort();
    const signal = AbortSignal.any([loop.stop.signal, woken.signal]);
    await setTimeout(waitMs, undefined, { ref: false, signal }).catch(() => undefined);
    if (!woken.signal.aborted) return;
    await setTimeout(gatherMs, undefined, { ref: false, signal: loop.stop.signal }).catch(() => undefined);
  }

  function reconfigure(): void {
    const names = new Set(options.providers().map(({ name }) => name));
    for (const [name, loop] of loops) {
      if (names.has(name)) continue;
      loops.delete(name);
      loop.stop.abort();
      leaving.add(loop.done);
      void loop.done.finally(() => leaving.delete(loop.done));
    }
    for (const name of names) if (!loops.has(name)) loops.set(name, open(name));
  }

  const keptFrom = () => storage.retention.now() - keepDays * dayUs;

  reconfigure();
  return {
    async coverage(provider) {
      const state = await store.readState(provider);
      return state && toCoverage(state, keptFrom());
    },
    async countedCoverage(provider) {
      const state = await store.readState(provider);
      return state && toCountedCoverage(state, await store.count(provider), keptFrom());
    },
    listBackups: (provider, query) => store.list(provider, query),
    oldestObservation: (provider, range) =>
      storage.health.read(() => oldestObservation(storage.database.db, provider, range)),
    listOrdered: (provider, query, signal) =>
      storage.health.read(() => listOrdered(storage.database.db, provider, query, signal)),
    listEntities: entities.list,
    getEntities: entities.get,
    newestSuccesses: (provider, entityIds) => entityRows.newestSuccesses(provider, entityIds),
    newestRuns: runs.newestRuns,
    runsBefore: runs.runsBefore,
    totalsRange: totals.range,
    totals: totals.totals,
    durations: totals.durations,
    entityRuns: (provider, entityIds, boundaries) => entityRows.runs(provider, entityIds, boundaries),
    changed(provider) {
      const loop = loops.get(provider);
      loop?.reader.wake();
      loop?.wake();
    },
    reconfigure,
    async close() {
      for (const { stop } of loops.values()) stop.abort();
      await Promise.all([...leaving, ...[...loops.values()].map(({ done }) => done)]);
    },
  };
}

const alone = (): Promise<number> => Promise.resolve(1);
const ignored = (): Promise<void> => Promise.resolve();

/** The database cannot be written: its health says so. */
function ignoreFailure(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
}
