/**
 * The ledger records every command before it is sent and after it was answered, and sends it once. A lost answer, by a
 * timeout, a cut connection or the end of this process, is reconciled by reading: with proof the operation has the
 * outcome, without proof it is OUTCOME_UNKNOWN. The command is never sent again.
 */
import { findGatewayError, GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { observer } from '../core/observer.ts';
import type { Provider } from '../core/provider.ts';
import type { Started } from '../core/provider-commands.ts';
import { givePriority } from '../upstream/priority.ts';
import type { Command, Ledger, LedgerOptions, StartOutcome } from './ledger-contract.ts';
import { openOperation } from './open-operation.ts';
import type { OperationRecord } from './operation-record.ts';
import { createOutcomes, idsOf, keepId } from './outcomes.ts';
import { pendingRow } from './overlay.ts';
import type { OperationChange } from './store.ts';

export function createLedger(options: LedgerOptions): Ledger {
  const { store, awaited, retention = { now } } = options;
  const closing = new AbortController();
  givePriority(closing.signal);
  const listeners = new Map<string, Set<() => void>>();
  /** Commands that this process is sending: a repeated one waits for the same answer. */
  const underWay = new Map<string, Promise<unknown>>();
  /** Starts that are on their way, also those whose callers wait no longer. */
  const sending = new Set<Promise<unknown>>();
  const outcomes = createOutcomes({ ...options, change, closing: closing.signal });

  function tell(id: string): void {
    for (const listener of listeners.get(id) ?? []) listener();
  }

  /** Before the command leaves: what cannot be written down is not sent. */
  function noteSent(id: string, changes: Pick<OperationChange, 'mark' | 'sentAt'>): void {
    try {
      store.update(id, changes);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const message = `${error.message} Nothing was sent; use a new idempotencyKey then.`;
      throw new GatewayError(error.code, message, {
        cause: error,
        retryAfterSeconds: error.retryAfterSeconds ?? undefined,
      });
    }
    tell(id);
  }

  function change(id: string, changes: OperationChange): OperationRecord {
    const isOver = changes.status !== undefined && changes.status !== 'PENDING';
    const operation = store.note(id, isOver ? { ...changes, resolvedAt: now() } : changes);
    tell(id);
    if (isOver) observer()?.commandResolved(operation);
    if (changes.status === 'SUCCEEDED') follow(operation);
    if (changes.status === 'FAILED') endShown(operation);
    return operation;
  }

  /** Who was told that its backup runs is told that it does not. */
  function endShown(operation: OperationRecord): void {
    const provider = options.provider(operation.provider);
    const shown =
      provider && operation.kind !== 'CANCEL' && !awaited.has(operation.id) && pendingRow(provider, operation);
    if (!shown) return;
    const errorMessage = operation.error?.message ?? null;
    options.onShownRefused?.(provider, { ...shown, status: 'FAILED', endedAt: operation.resolvedAt, errorMessage });
  }

  function follow(operation: OperationRecord): void {
    const { kind, backupId } = operation;
    const provider = options.provider(operation.provider);
    if (kind !== 'CANCEL' && backupId !== null && provider) options.onStarted(provider, backupId, operation);
  }

  /** The first caller sends the command. Callers that repeat it get the same answer. */
  async function once<T>(
    command: Command,
    send: (operation: OperationRecord) => Promise<T>,
    again: (operation: OperationRecord) => Promise<T>,
  ): Promise<T> {
    const { operation, isNew } = openOperation(command, store, retention);
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
      noteSent(id, { mark, sentAt: now() });
    } catch (thrown) {
      // Nothing was sent yet, so this failure is the definite answer.
      const error = findGatewayError(thrown);
      if (!error) throw thrown;
      return refused(id, error);
    }
    try {
      const { backup, handle, message } = await post(nonce, closing.signal);
      const status = backup ? 'SUCCEEDED' : 'PENDING';
      const shown = backup && keepId(store, operation, provider, backup);
      const updated = change(id, { status, isAccepted: true, handle, message, ...idsOf(shown) });
      if (!backup) outcomes.look(updated.id);
      return { operation: updated, backup: shown, message };
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (error && error.code !== 'OUTCOME_UNKNOWN') return refused(id, error);
      // Any other error, also of a fault in this program, does not prove that nothing was done.
      outcomes.look(id);
      if (!error) throw thrown;
      const updated = change(id, { message: error.message, lostAt: now() });
      return { operation: updated, backup: pendingRow(provider, updated), message: error.message };
    }
  }

  /** The answer to a command that was given before. */
  async function repeatStart(operation: OperationRecord, provider: Provider): Promise<StartOutcome> {
    if (operation.status === 'FAILED' && operation.error)
      throw new GatewayError(operation.error.code, operation.error.message);
    const { backupId } = operation;
    // What became of the command is known, whether its backup can be read now or not.
    const [backup = null] =
      backupId === null ? [] : await provider.getBackups([backupId], closing.signal).catch(unread);
    return { operation, backup, message: operation.message };
  }

  /** A start may take minutes: after a while the caller gets the operation, and it goes on. */
  function patiently(id: string, provider: Provider, work: Promise<StartOutcome>): Promise<StartOutcome> {
    return new Promise((resolveOutcome, reject) => {
      const timer = setTimeout(() => {
        awaited.delete(id);
        const operation = store.findPending(id);
        if (!operation) return;
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
          awaited.add(operation.id);
          const work = send(operation, command.provider, post).finally(() => awaited.delete(operation.id));
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
          try {
            noteSent(id, { sentAt: now() });
          } catch (thrown) {
            const error = findGatewayError(thrown);
            if (!error) throw thrown;
            return refused(id, error);
          }
          try {
            const result = await post(closing.signal);
            const { provider, backupId } = command;
            if (provider.cancelledAs && backupId !== null) store.markCancelled(provider.name, backupId);
            const { externalId } = result.backup;
            return { operation: change(id, { status: 'SUCCEEDED', isAccepted: true, externalId }), result };
          } catch (thrown) {
            const error = findGatewayError(thrown);
            if (error && error.code !== 'OUTCOME_UNKNOWN') return refused(id, error);
            outcomes.look(id);
            if (!error) throw thrown;
            return { operation: change(id, { message: error.message, lostAt: now() }), result: null };
          }
        },
        (operation) => Promise.resolve({ operation, result: null }),
      ),
    find: (id) => store.find(id),
    noteEnd(id) {
      if (!closing.signal.aborted) store.noteEnd(id, now());
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
      for (const { id } of store.pending()) outcomes.look(id, 0);
      for (const operation of store.unended()) follow(operation);
    },
    resumeAt(provider) {
      for (const operation of store.unended()) if (operation.provider === provider) follow(operation);
    },
    hasPending: (provider) => store.pending().some((operation) => operation.provider === provider),
    async close() {
      closing.abort(new GatewayError('OUTCOME_UNKNOWN', 'The gateway is stopping.'));
      outcomes.close();
      await Promise.allSettled([...underWay.values(), ...sending]);
      store.close();
    },
  };
}

/** A bug still shows. */
function unread(error: unknown): never[] {
  if (!findGatewayError(error)) throw error;
  return [];
}
