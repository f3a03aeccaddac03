/**
 * Every command is written down before it is sent and after it was answered. It is sent once: where its answer was
 * lost, by a time-out, a cut connection or the end of this process, what became of it is looked up, and with
 * proof it is ours, without proof it stays unknown.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { badInput, findGatewayError, GatewayError } from '../errors.ts';
import { type Instant, now } from '../instant.ts';
import type { Backup, LocalId } from '../model.ts';
import type { CancelResult, Provider, Started } from '../provider.ts';
import { givePrecedence } from '../upstream/precedence.ts';
import { aliasFor, pendingRow } from './overlay.ts';
import type { LedgerStore, OperationKind, OperationRecord } from './store.ts';

export interface LedgerOptions {
  readonly store: LedgerStore;
  readonly provider: (name: string) => Provider | null;
  /** How long a caller waits for the product's answer before it gets the pending operation instead. */
  readonly answerWithinMs: number;
  /** Between two looks for a start that has no backup yet: the first, and the longest. */
  readonly lookMs: { readonly first: number; readonly longest: number };
  /** How long a command whose answer was lost is looked for. */
  readonly lostForMs: number;
  /** The backup of a start is known from now on. It is followed to its end, which is told by `noteEnd`. */
  readonly onStarted: (provider: Provider, backupId: LocalId, operation: OperationRecord) => void;
  readonly onBug: (error: unknown) => void;
}

/** One command as somebody gave it. */
export interface Command {
  readonly viewer: string;
  readonly provider: Provider;
  readonly kind: OperationKind;
  readonly entityId: LocalId | null;
  readonly backupId: LocalId | null;
  readonly name: string | null;
  readonly idempotencyKey: string | null;
  /** Everything that makes two commands the same one. */
  readonly asked: unknown;
}

/** What the caller of a start gets. */
export interface StartOutcome {
  readonly operation: OperationRecord;
  /** Known at once only where the product named it within the caller's patience. */
  readonly backup: Backup | null;
  readonly message: string | null;
}

export interface CancelOutcome {
  readonly operation: OperationRecord;
  readonly result: CancelResult | null;
}

export interface Ledger {
  /** Throws what the product refuses; a lost answer is no refusal, but a pending operation. */
  start(command: Command, send: (nonce: string, signal: AbortSignal) => Promise<Started>): Promise<StartOutcome>;
  cancel(command: Command, send: (signal: AbortSignal) => Promise<CancelResult>): Promise<CancelOutcome>;
  find(id: string): OperationRecord | null;
  /** Calls at every change of an operation. */
  onChange(id: string, changed: () => void): () => void;
  /** The backup of a start has ended, or is there no more. */
  noteEnd(id: string): void;
  /** Goes on looking for what was pending, and following what had not ended, when the process ended. */
  resume(): void;
  close(): Promise<void>;
}

const keepForMicroseconds = 30 * 24 * 3_600_000_000;
/** An accepted start that its product still does not show by then is given up. */
const acceptedForMs = 24 * 3_600_000;
/** The longest backup of a product that answers a start at its end. */
const slowStartMs = 15 * 60_000;
const maxKeyLength = 200;

export function createLedger(options: LedgerOptions): Ledger {
  const { store } = options;
  const closing = new AbortController();
  givePrecedence(closing.signal);
  const listeners = new Map<string, Set<() => void>>();
  /** Commands that this process is sending: a repeated one waits for the same answer. */
  const underWay = new Map<string, Promise<unknown>>();
  /** Starts that are on their way, also those whose callers wait no longer. */
  const sending = new Set<Promise<unknown>>();
  const timers = new Set<NodeJS.Timeout>();

  function change(id: string, changes: Parameters<LedgerStore['update']>[1]): OperationRecord {
    const isOver = changes.status !== undefined && changes.status !== 'PENDING';
    const operation = store.update(id, isOver ? { ...changes, resolvedAt: now() } : changes);
    for (const listener of listeners.get(id) ?? []) listener();
    if (changes.status === 'SUCCEEDED') follow(operation);
    return operation;
  }

  function follow(operation: OperationRecord): void {
    const { kind, backupId } = operation;
    const provider = options.provider(operation.provider);
    if (kind !== 'CANCEL' && backupId !== null && provider) options.onStarted(provider, backupId, operation);
  }

  /** Written down before anything is sent, or the one that the same key has already made. */
  function open(command: Command): { operation: OperationRecord; isNew: boolean } {
    const { viewer, provider, kind, entityId, backupId, name, idempotencyKey } = command;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([provider.name, kind, entityId, backupId, command.asked]))
      .digest('base64url');
    if (idempotencyKey !== null) {
      if (idempotencyKey === '' || idempotencyKey.length > maxKeyLength) {
        throw badInput(`"idempotencyKey" must have 1 to ${maxKeyLength} characters.`, ['input', 'idempotencyKey']);
      }
      const known = store.findByKey(viewer, idempotencyKey);
      if (known && known.fingerprint !== fingerprint) {
        throw new GatewayError('CONFLICT', 'This idempotencyKey was used for another command. Use a new key.', {
          field: ['input', 'idempotencyKey'],
        });
      }
      if (known) return { operation: known, isNew: false };
    }
    const operation: OperationRecord = {
      id: randomUUID(),
      viewer,
      provider: provider.name,
      kind,
      entityId,
      backupId,
      idempotencyKey,
      fingerprint,
      status: 'PENDING',
      requestedAt: now(),
      sentAt: null,
      lostAt: null,
      isAccepted: false,
      resolvedAt: null,
      name,
      nonce: randomBytes(5).toString('hex').slice(0, 8),
      mark: null,
      handle: null,
      message: null,
      candidateIds: [],
      error: null,
      backupEndedAt: null,
    };
    store.forgetBefore(now() - keepForMicroseconds);
    store.insert(operation);
    return { operation, isNew: true };
  }

  /** The caller's turn with a command: the first sends it, whoever repeats it gets the same answer. */
  async function once<T>(
    command: Command,
    send: (operation: OperationRecord) => Promise<T>,
    again: (operation: OperationRecord) => Promise<T>,
  ): Promise<T> {
    const { operation, isNew } = open(command);
    const known = underWay.get(operation.id);
    if (known !== undefined) return known as Promise<T>;
    if (!isNew) return again(operation);
    const work = send(operation).finally(() => underWay.delete(operation.id));
    underWay.set(operation.id, work);
    return work;
  }

  function refused(id: string, error: GatewayError): never {
    const { code, message } = error;
    change(id, { status: 'FAILED', error: { code, message } });
    throw error;
  }

  async function send(
    operation: OperationRecord,
    provider: Provider,
    post: (nonce: string, signal: AbortSignal) => Promise<Started>,
  ): Promise<StartOutcome> {
    const { id, entityId, nonce } = operation;
    try {
      const mark = entityId === null ? null : ((await provider.markStart?.(entityId, closing.signal)) ?? null);
      change(id, { mark, sentAt: now() });
    } catch (thrown) {
      // Nothing was sent yet, so whatever went wrong is the definite answer.
      const error = findGatewayError(thrown);
      if (!error) throw thrown;
      return refused(id, error);
    }
    try {
      const { backup, handle, message } = await post(nonce, closing.signal);
      const status = backup ? 'SUCCEEDED' : 'PENDING';
      const shown = backup && keepId(operation, provider, backup);
      const updated = change(id, { status, isAccepted: true, handle, message, backupId: shown?.localId ?? null });
      if (!backup) look(updated.id, options.lookMs.first);
      return { operation: updated, backup: shown, message };
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (!error) throw thrown;
      if (error.code !== 'OUTCOME_UNKNOWN') return refused(id, error);
      look(id, options.lookMs.first);
      const updated = change(id, { message: error.message, lostAt: now() });
      return { operation: updated, backup: pendingRow(provider, updated), message: error.message };
    }
  }

  /** A backup that was shown before its product named it keeps the id that it was shown by. */
  function keepId(operation: OperationRecord, provider: Provider, backup: Backup): Backup {
    if (!provider.showPending) return backup;
    const alias = aliasFor(operation);
    store.addAlias(provider.name, backup.localId, alias);
    return { ...backup, localId: alias };
  }

  /** Looks for the backup of a start after a while, and again, until it is found or given up. */
  function look(id: string, waitMs: number): void {
    if (closing.signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void resolve(id)
        .catch(options.onBug)
        .then(() => {
          if (store.find(id)?.status === 'PENDING') look(id, Math.min(waitMs * 2, options.lookMs.longest));
        });
    }, waitMs);
    timers.add(timer);
  }

  async function resolve(id: string): Promise<void> {
    const operation = store.find(id);
    if (operation?.status !== 'PENDING') return;
    const provider = options.provider(operation.provider);
    if (!provider) return;
    if (operation.sentAt === null) {
      change(id, {
        status: 'FAILED',
        error: { code: 'INTERNAL', message: 'The gateway ended before this was sent. Nothing was done.' },
      });
      return;
    }
    // A product that answers at the end of a backup shows it no earlier than that, whenever the answer was lost.
    const lostForMs = provider.showPending ? Math.max(options.lostForMs, slowStartMs) : options.lostForMs;
    const patienceMs = operation.isAccepted ? acceptedForMs : lostForMs;
    const isGivenUp = now() - (operation.lostAt ?? operation.sentAt) > patienceMs * 1000;
    try {
      await (operation.kind === 'CANCEL'
        ? resolveCancel(operation, provider, isGivenUp)
        : resolveStart(operation, provider, operation.sentAt, isGivenUp));
    } catch (thrown) {
      // The provider cannot be asked now: that proves nothing, and it is asked again.
      if (!findGatewayError(thrown)) throw thrown;
      if (isGivenUp) unknown(id, []);
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
    const finding = await provider.findStarted({ entityId, name, nonce, mark, handle, sentAt }, closing.signal);
    if (finding.backup)
      change(id, { status: 'SUCCEEDED', backupId: keepId(operation, provider, finding.backup).localId });
    else if (finding.error)
      change(id, { status: 'FAILED', error: { code: finding.error.code, message: finding.error.message } });
    else if (isGivenUp) unknown(id, finding.candidates);
  }

  async function resolveCancel(
    { id, backupId }: OperationRecord,
    provider: Provider,
    isGivenUp: boolean,
  ): Promise<void> {
    const [backup] = backupId === null ? [] : await provider.getBackups([backupId], closing.signal);
    if (backup?.status === 'CANCELLED') change(id, { status: 'SUCCEEDED' });
    else if (isGivenUp) unknown(id, backup ? [backup] : []);
  }

  function unknown(id: string, candidates: readonly Backup[]): void {
    change(id, {
      status: 'OUTCOME_UNKNOWN',
      candidateIds: candidates.map(({ localId }) => localId),
      error: {
        code: 'OUTCOME_UNKNOWN',
        message:
          'The answer was lost, and nothing proves whether it was done. Look at the candidates before asking again.',
      },
    });
  }

  /** The answer to a command that was given before. */
  async function repeatStart(operation: OperationRecord, provider: Provider): Promise<StartOutcome> {
    if (operation.status === 'FAILED' && operation.error)
      throw new GatewayError(operation.error.code, operation.error.message);
    const [backup] = operation.backupId === null ? [] : await provider.getBackups([operation.backupId], closing.signal);
    return { operation, backup: backup ?? null, message: operation.message };
  }

  /** A start may take minutes: after a while the caller gets the operation, and it goes on. */
  function patiently(id: string, provider: Provider, work: Promise<StartOutcome>): Promise<StartOutcome> {
    return new Promise((resolveOutcome, reject) => {
      const timer = setTimeout(() => {
        const operation = store.find(id);
        if (operation?.status !== 'PENDING') return;
        const backup = pendingRow(provider, operation);
        resolveOutcome({ operation, backup, message: 'It was sent, and the product has not answered yet.' });
      }, options.answerWithinMs);
      work.then(resolveOutcome, reject).finally(() => clearTimeout(timer));
    });
  }

  return {
    start: (command, post) =>
      once(
        command,
        (operation) => {
          const work = send(operation, command.provider, post);
          const settled = work
            .catch((error: unknown) => {
              if (!findGatewayError(error)) options.onBug(error);
            })
            .finally(() => sending.delete(settled));
          sending.add(settled);
          return patiently(operation.id, command.provider, work);
        },
        (operation) => repeatStart(operation, command.provider),
      ),
    cancel: (command, post) =>
      once(
        command,
        async ({ id }) => {
          change(id, { sentAt: now() });
          try {
            const result = await post(closing.signal);
            const { provider, backupId } = command;
            if (provider.cancelledAs && backupId !== null) store.markCancelled(provider.name, backupId);
            return { operation: change(id, { status: 'SUCCEEDED', isAccepted: true }), result };
          } catch (thrown) {
            const error = findGatewayError(thrown);
            if (!error) throw thrown;
            if (error.code !== 'OUTCOME_UNKNOWN') return refused(id, error);
            look(id, options.lookMs.first);
            return { operation: change(id, { message: error.message, lostAt: now() }), result: null };
          }
        },
        (operation) => Promise.resolve({ operation, result: null }),
      ),
    find: (id) => store.find(id),
    noteEnd(id) {
      // After a month the operation is forgotten, and its backup may run on.
      if (!closing.signal.aborted && store.find(id)) store.update(id, { backupEndedAt: now() });
    },
    onChange(id, changed) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(changed));
      return () => {
        own.delete(changed);
        if (own.size === 0) listeners.delete(id);
      };
    },
    resume() {
      for (const { id } of store.pending()) look(id, 0);
      for (const operation of store.unended()) follow(operation);
    },
    async close() {
      closing.abort(new GatewayError('OUTCOME_UNKNOWN', 'The gateway is stopping.'));
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled([...underWay.values(), ...sending]);
      store.close();
    },
  };
}
