/**
 * Whether the ledger's database can be used. After an SQLite failure, calls fail at once until a test write succeeds;
 * then modules write what they have kept in memory.
 */
import { GatewayError } from '../core/errors.ts';
import { observer } from '../core/observer.ts';
import { outsideRequests } from '../core/request-scope.ts';

export interface StorageHealth {
  /** Returns why the database cannot be used; null if it can. */
  failure(): GatewayError | null;
  /** Runs `work`. Throws STORAGE_UNAVAILABLE if the database cannot be used or SQLite fails. */
  write<T>(work: () => T): T;
  /** Like `write` for a read, which is also tried while writes fail. */
  read<T>(work: () => T): T;
  /** Calls `recovered` when the database can be written again. Returns a function that removes the listener. */
  onRecovery(recovered: () => void): () => void;
  close(): void;
}

export interface StorageHealthOptions {
  /** Makes a small write; throws if that fails. Without it, the next write is the test. */
  readonly testWrite?: () => void;
  /** Returns why the files on disk are no longer the open ones; null if they are. Called before every write. */
  readonly findFault?: () => string | null;
  readonly testEveryMs?: number;
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
];

/** Returns null for a bug of the gateway, such as an invalid statement. */
function findReason(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const code = String(error.code);
  const found = reasons.find(([pattern]) => pattern.test(code));
  return found ? `${found[1]} (${code})` : null;
}

const retryAfterSeconds = 1;

const toError = (reason: string, cause?: unknown) =>
  new GatewayError(
    'STORAGE_UNAVAILABLE',
    `The database of this gateway cannot be used: ${reason}. Commands are refused until it can: ask again later.`,
    { cause, retryAfterSeconds },
  );

export function createStorageHealth(options: StorageHealthOptions = {}): StorageHealth {
  const { testWrite, findFault, testEveryMs = 1_000, onChange } = options;
  const listeners = new Set<() => void>();
  let failure: GatewayError | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function fail(error: GatewayError): void {
    const isNew = failure?.message !== error.message;
    failure = error;
    if (isNew) onChange?.(error);
    testLater();
  }

  function testLater(): void {
    if (timer || isClosed) return;
    timer = outsideRequests(() => setTimeout(test, testEveryMs).unref());
  }

  /** Throws STORAGE_UNAVAILABLE if the database cannot be used. */
  function guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      const reason = findReason(thrown);
      if (reason === null) throw thrown;
      const error = toError(reason, thrown);
      fail(error);
      throw error;
    }
  }

  function requireFiles(): void {
    const fault = findFault?.() ?? null;
    if (fault === null) return;
    const error = toError(fault);
    fail(error);
    throw error;
  }

  function test(): void {
    timer = null;
    try {
      requireFiles();
      guard(() => testWrite?.());
    } catch (error) {
      if (error instanceof GatewayError) return;
      throw error;
    }
    failure = null;
    onChange?.(null);
    for (const listener of listeners) {
      // A listener that meets another failure keeps its unwritten state.
      if (failure === null) listener();
    }
  }

  return {
    failure: () => failure,
    write(work) {
      if (failure) throw failure;
      requireFiles();
      return timed('write', () => guard(work));
    },
    read: (work) => timed('read', () => guard(work)),
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

function timed<T>(what: string, work: () => T): T {
  const startedAt = performance.now();
  try {
    return work();
  } finally {
    observer()?.storageCall(what, (performance.now() - startedAt) / 1000);
  }
}
