/**
 * Whether the ledger's database can be used now. A failure of SQLite is remembered, so that nothing is tried again at the
 * cost of a wait until a test write succeeds; then those that kept something in memory write it.
 */
import { GatewayError } from '../core/errors.ts';
import { outsideRequests } from '../core/request-scope.ts';

export interface StorageHealth {
  /** Why the database cannot be used; null while it can. */
  failure(): GatewayError | null;
  /** Runs `work` while the database can be used. Throws STORAGE_UNAVAILABLE otherwise, or where SQLite fails. */
  write<T>(work: () => T): T;
  /** The same for a read, which is also tried while nothing can be written. */
  read<T>(work: () => T): T;
  /** Calls when the database can be written again. Returns a function that removes the listener. */
  onRecovery(recovered: () => void): () => void;
  close(): void;
}

export interface StorageHealthOptions {
  /** Writes a little; throws while that is not possible. Without it the next write is tried. */
  readonly testWrite?: () => void;
  /** Why the files on the disk are no longer those that are open; null while they are. Called with every write. */
  readonly findFault?: () => string | null;
  readonly testEveryMs?: number;
  /** Called at every change: with the failure, or with null when the database can be used again. */
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

/** Null for what is a bug of ours, such as a wrong statement. */
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

  /** Throws where the database cannot be used. */
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
      // One that meets the next failure has kept what it could not write.
      if (failure === null) listener();
    }
  }

  return {
    failure: () => failure,
    write(work) {
      if (failure) throw failure;
      requireFiles();
      return guard(work);
    },
    read: guard,
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
