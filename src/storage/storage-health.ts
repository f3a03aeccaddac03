/**
 * Whether the ledger's database can be used. After an SQLite failure, calls fail at once until a test write succeeds;
 * then modules write what they have kept in memory.
 */
import { GatewayError } from '../core/errors.ts';
import { observer } from '../core/observer.ts';
import { outsideRequests } from '../core/request-scope.ts';
import { tracedWithin } from '../core/tracing.ts';
import { filesChangedCode } from './sqlite-server.ts';

export interface StorageHealth {
  /** Returns why the database cannot be used; null if it can. */
  failure(): GatewayError | null;
  /**
   * Runs `work`. Rejects with STORAGE_UNAVAILABLE if the database cannot be used or fails. `of`: what is written, for
   * traces, such as `ledger`.
   */
  write<T>(work: () => Promise<T>, of?: string): Promise<T>;
  /** Like `write` for a read, which is also tried while writes fail, unless `readsFailWithWrites`. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `recovered` when the database can be written again. Returns a function that removes the listener. */
  onRecovery(recovered: () => Promise<unknown>): () => void;
  close(): void;
}

export interface StorageHealthOptions {
  /** Makes a small write; rejects if that fails. Without it, the next write is the test. */
  readonly testWrite?: () => Promise<unknown>;
  readonly testEveryMs?: number;
  /** Reads fail at once while writes do: for a server that is away, where each would wait. */
  readonly readsFailWithWrites?: boolean;
  /** Called with errors of recovery listeners that are bugs; default: they are thrown in the timer. */
  readonly onBug?: (error: unknown) => void;
  /** Called at every change, with the failure, or null when the database can be used again. */
  readonly onChange?: (failure: GatewayError | null) => void;
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'another program has locked it'],
  [/^SQLITE_FULL/, 'the disk is full'],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'it is read-only'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'it is damaged'],
  [/^SQLITE_CANTOPEN/, 'its files cannot be opened'],
  [/^SQLITE_(IOERR|NOMEM)/, 'the disk reports an error'],
  [/^BACKPLANE_TAKEN_OVER/, 'another gateway has taken it over'],
  [/^BACKPLANE_LOCK_LOST/, 'the connection that holds its lock is lost'],
  [/^BACKPLANE_NO_CONNECTION/, 'all its connections to PostgreSQL are in use'],
  [/^BACKPLANE_NO_ANSWER/, 'PostgreSQL does not answer in time'],
  [/^(57014|55P03)/, 'PostgreSQL has cancelled a statement that took too long'],
  [/^(BACKPLANE_CONNECTION_LOST|E[A-Z]{3,}|08|57P)/, 'PostgreSQL cannot be reached'],
  [/^53/, 'PostgreSQL has no connection, memory or disk space left'],
  [/^40/, 'PostgreSQL has ended a transaction in favour of another one'],
  [/^25006/, 'PostgreSQL is read-only'],
  [/^(58|XX00)/, 'PostgreSQL reports an error of its disk'],
  [/^(28|42501)/, 'PostgreSQL refuses its user'],
];

/** Returns null for a bug of the gateway, such as an invalid statement. */
function findReason(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const code = String(error.code);
  if (code === filesChangedCode) return error.message;
  const found = reasons.find(([pattern]) => pattern.test(code));
  return found ? `${found[1]} (${code})` : null;
}

/** The database failed, and this program has no fault. */
export const isStorageFailure = (error: unknown): boolean => findReason(error) !== null;

const retryAfterSeconds = 1;

const toError = (reason: string, cause?: unknown) =>
  new GatewayError(
    'STORAGE_UNAVAILABLE',
    `The database of this gateway cannot be used: ${reason}. Commands are refused until it can: ask again later.`,
    { cause, retryAfterSeconds },
  );

export function createStorageHealth(options: StorageHealthOptions = {}): StorageHealth {
  const { testWrite, testEveryMs = 1_000, readsFailWithWrites = false, onChange, onBug = throwLater } = options;
  const listeners = new Set<() => Promise<unknown>>();
  let failure: GatewayError | null = null;
  let timer: NodeJS.Timeout | null = null;
  let recoveries = 0;
  let isClosed = false;

  function fail(error: GatewayError): void {
    const isNew = failure?.message !== error.message;
    failure = error;
    if (isNew && !isClosed) onChange?.(error);
    testLater();
  }

  function testLater(): void {
    if (timer || isClosed) return;
    timer = outsideRequests(() => setTimeout(() => void test().catch(onBug), testEveryMs).unref());
  }

  /** Rejects with STORAGE_UNAVAILABLE if the database cannot be used. */
  async function guard<T>(work: () => Promise<T>): Promise<T> {
    const before = recoveries;
    try {
      return await work();
    } catch (thrown) {
      const reason = findReason(thrown);
      if (reason === null) throw thrown;
      const error = toError(reason, thrown);
      // What has waited since before a recovery says nothing of the time after it.
      if (before === recoveries) fail(error);
      throw error;
    }
  }

  async function test(): Promise<void> {
    try {
      await guard(async () => testWrite?.());
    } catch (error) {
      timer = null;
      if (!(error instanceof GatewayError)) throw error;
      testLater();
      return;
    }
    timer = null;
    if (isClosed) return;
    failure = null;
    recoveries++;
    onChange?.(null);
    for (const listener of listeners) {
      // A listener that meets another failure keeps its unwritten state.
      if (failure === null) await listener();
    }
  }

  return {
    failure: () => failure,
    async write(work, of = 'storage') {
      if (failure) throw failure;
      return tracedWithin(`${of} write`, () => timed('write', () => guard(work)));
    },
    async read(work) {
      if (failure && readsFailWithWrites) throw failure;
      return timed('read', () => guard(work));
    },
    onRecovery(recovered) {
      listeners.add(recovered);
      return () => void listeners.delete(recovered);
    },
    close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
    },
  };
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } finally {
    observer()?.storageCall(what, (performance.now() - startedAt) / 1000);
  }
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
