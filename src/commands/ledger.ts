/**
 * The ledger records every command before it is sent and after it was answered, and sends it once. A lost answer, by a
 * timeout, a cut connection or the end of this process, is reconciled by reading: with proof the operation has the
 * outcome, without proof it is OUTCOME_UNKNOWN. The command is never sent again. One factory, since all its functions
 * work on the operations that are open.
 */
import { findGatewayError, GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import { observer } from '../core/observer.ts';
import type { Provider } from '../core/provider.ts';
import type { Started } from '../core/provider-commands.ts';
import { inSameRequest } from '../core/request-scope.ts';
import { sendBefore } from '../core/send-before.ts';
import { givePriority } from '../upstream/priority.ts';
import type { Command, Ledger, LedgerOptions, StartOutcome } from './ledger-contract.ts';
import { openOperation } from './open-operation.ts';
import type { OperationRecord } from './operation-record.ts';
import { addAlias, createOutcomes, idsOf, keepId } from './outcomes.ts';
import { pendingRow } from './overlay.ts';
import type { OperationChange } from './store.ts';
import { createUntilAnswered } from './until-answered.ts';

const readOthersEveryMs = 500;

export function createLedger(options: LedgerOptions): Ledger {
  const { store, awaited, retention = { now } } = options;
  const closing = new AbortController();
  givePriority(closing.signal);
  const listeners = new Map<string, Set<(operation: OperationRecord) => void>>();
  /** The last command of each viewer's key that is being opened. */
  const opening = new Map<string, Promise<unknown>>();
  /** Commands that this process is sending: a repeated one waits for the same answer. */
  const underWay = new Map<string, Promise<unknown>>();
  /** Starts that are on their way, also those whose callers wait no longer. */
  const sending = new Set<Promise<unknown>>();
  const { answerWithinMs } = options;
  const untilAnswered = createUntilAnswered({ store, answerWithinMs, closing: closing.signal });
  const outcomes = createOutcomes({ ...options, change, closing: closing.signal });

  function tell(operation: OperationRecord): void {
    for (const listener of listeners.get(operation.id) ?? []) listener(operation);
  }

  /** Before the command leaves: what cannot be written down is not sent. Returns until when it may be sent. */
  async function noteSent(id: string, changes: Pick<OperationChange, 'mark' | 'sentAt'>): Promise<number> {
    const writtenFrom = performance.now();
    try {
      tell(await store.update(id, changes));
      // The last heartbeat may be a quarter older than this write, and the takeover counts from the heartbeat.
      return writtenFrom + store.takeoverMs / 2;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const message = `${error.message} Nothing was sent; use a new idempotencyKey then.`;
      throw new GatewayError(error.code, message, {
        cause: error,
        retryAfterSeconds: error.retryAfterSeconds ?? undefined,
      });
    }
  }

  /** The change holds when the call returns; the operation is told of when it is written, or kept for later. */
  async function change(id: string, changes: OperationChange): Promise<OperationRecord> {
    const isOver = changes.status !== undefined && changes.status !== 'PENDING';
    const isAwaited = awaited.has(id);
    const operation = await store.note(id, isOver ? { ...changes, resolvedAt: now() } : changes);
    tell(operation);
    if (isOver) observer()?.commandResolved(operation);
    // Where another gateway has taken it over, that one follows it.
    if (!store.isOwn(id)) return operation;
    if (changes.status === 'SUCCEEDED') follow(operation);
    if (changes.status === 'FAILED' && !isAwaited) endShown(operation);
    return operation;
  }

  /** Who was told that its backup runs is told that it does not. */
  function endShown(operation: OperationRecord): void {
    const provider = options.provider(operation.provider);
    const shown = provider && operation.kind !== 'CANCEL' && pendingRow(provider, operation);
    if (!shown) return;
    const errorMessage = operation.error?.message ?? null;
    options.onShownRefused?.(provider, { ...shown, status: 'FAILED', endedAt: operation.resolvedAt, errorMessage });
  }

  function follow(operation: OperationRecord): void {
    const { kind, backupId } = operation;
    const provider = options.provider(operation.provider);
    if (kind !== 'CANCEL' && backupId !== null && provider) options.onStarted(provider, backupId, operation);
  }

  /** Continues what earlier processes, or lost gateways, have left: by looking it up, never by sending. */
  async function takeOver(): Promise<void> {
    for (const operation of await store.takeOver()) {
      if (operation.status === 'PENDING') outcomes.look(operation.id, 0);
      else follow(operation);
    }
  }

  /** Other gateways change operations, too: those that are watched are read. */
  async function tellOfOthers(id: string): Promise<void> {
    const operation = await store.find(id);
    if (operation) tell(operation);
  }

  /** Opens the commands of one key one after another, so that the second one finds the operation of the first. */
  async function inOrder<T>({ viewer, idempotencyKey }: Command, open: () => Promise<T>): Promise<T> {
    if (idempotencyKey === null) return open();
    const key = JSON.stringify([viewer, idempotencyKey]);
    const opened = (opening.get(key) ?? Promise.resolve()).then(open, open);
    opening.set(key, opened);
    try {
      return await opened;
    } finally {
      if (opening.get(key) === opened) opening.delete(key);
    }
  }

  /** The first caller sends the command. Callers that repeat it get the same answer. */
  async function once<T>(
    command: Command,
    send: (operation: OperationRecord) => Promise<T>,
    again: (operation: OperationRecord) => Promise<T>,
  ): Promise<T> {
    const { work } = await inOrder(command, async () => {
      const { operation, isNew } = await openOperation(command, store, retention);
      const known = underWay.get(operation.id);
      if (known !== undefined) return { work: known as Promise<T> };
      if (!isNew) return { work: again(operation) };
      const sent = inSameRequest(() => send(operation)).finally(() => underWay.delete(operation.id));
      underWay.set(operation.id, sent);
      return { work: sent };
    });
    return work;
  }

  async function refused(id: string, error: GatewayError): Promise<never> {
    const { code, message } = error;
    await change(id, { status: 'FAILED', error: { code, message } });
    throw error;
  }

  async function send(
    operation: OperationRecord,
    provider: Provider,
    post: (nonce: string, signal: AbortSignal) => Promise<Started>,
  ): Promise<StartOutcome> {
    const { id, entityId, nonce } = operation;
    let endsAt: number;
    try {
      const mark = entityId === null ? null : ((await provider.markStart?.(entityId, closing.signal)) ?? null);
      endsAt = await noteSent(id, { mark, sentAt: now() });
    } catch (thrown) {
      // Nothing was sent yet, so this failure is the definite answer.
      const error = findGatewayError(thrown);
      if (!error) throw thrown;
      return await refused(id, error);
    }
    try {
      const { backup, handle, message } = await sendBefore(endsAt, () => post(nonce, closing.signal));
      const status = backup ? 'SUCCEEDED' : 'PENDING';
      const shown = backup && keepId(operation, provider, backup);
      // Lists must not show the backup by both ids.
      const naming = shown && addAlias(store, provider, backup, shown);
      const updated = await change(id, { status, isAccepted: true, handle, message, ...idsOf(shown) });
      await naming;
      if (!backup) outcomes.look(updated.id);
      return { operation: updated, backup: shown, message };
    } catch (thrown) {
      const error = findGatewayError(thrown);
      if (error && error.code !== 'OUTCOME_UNKNOWN') return await refused(id, error);
      // Any other error, also of a fault in this program, does not prove that nothing was done.
      outcomes.look(id);
      if (!error) throw thrown;
      const updated = await change(id, { message: error.message, lostAt: now() });
      return { operation: updated, backup: pendingRow(provider, updated), message: error.message };
    }
  }

  /** The answer to a command that was given before. */
  async function repeatStart(given: OperationRecord, provider: Provider): Promise<StartOutcome> {
    const operation = await untilAnswered(given);
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

  const onlyBugs = (error: unknown): void => {
    if (!(error instanceof GatewayError)) options.onBug(error);
  };
  const stopTakingOver = store.onLeft(takeOver);

  return {
    start: (command, post) =>
      once(
        command,
        (operation) => {
          awaited.add(operation.id);
          const work = inSameRequest(() => send(operation, command.provider, post)).finally(() =>
            awaited.delete(operation.id),
          );
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
          let endsAt: number;
          try {
            endsAt = await noteSent(id, { sentAt: now() });
          } catch (thrown) {
            const error = findGatewayError(thrown);
            if (!error) throw thrown;
            return await refused(id, error);
          }
          try {
            const result = await sendBefore(endsAt, () => post(closing.signal));
            const { provider, backupId } = command;
            if (provider.cancelledAs && backupId !== null) await store.markCancelled(provider.name, backupId);
            const { externalId } = result.backup;
            return { operation: await change(id, { status: 'SUCCEEDED', isAccepted: true, externalId }), result };
          } catch (thrown) {
            const error = findGatewayError(thrown);
            if (error && error.code !== 'OUTCOME_UNKNOWN') return await refused(id, error);
            outcomes.look(id);
            if (!error) throw thrown;
            return { operation: await change(id, { message: error.message, lostAt: now() }), result: null };
          }
        },
        async (operation) => ({ operation: await untilAnswered(operation), result: null }),
      ),
    find: (id) => store.find(id),
    list: (query) => store.list(query),
    async startersOf(provider, backupIds) {
      const starts = await store.startsOf(provider, backupIds);
      return new Map(starts.flatMap(({ backupId, viewer }) => (backupId === null ? [] : [[backupId, viewer]])));
    },
    async recordedOf(provider, backupId) {
      const [start] = await store.startsOf(provider, [backupId]);
      return start?.recorded ?? null;
    },
    async recordedAmong(provider, backupIds) {
      const starts = await store.startsOf(provider, backupIds);
      return new Set(starts.flatMap(({ backupId, recorded }) => (backupId !== null && recorded ? [backupId] : [])));
    },
    async noteEnd(id) {
      if (!closing.signal.aborted) await store.noteEnd(id, now());
    },
    onChange(id, changed) {
      const own = listeners.get(id) ?? new Set();
      listeners.set(id, own.add(changed));
      const timer = store.isShared ? setInterval(() => void tellOfOthers(id).catch(onlyBugs), readOthersEveryMs) : null;
      return () => {
        if (timer) clearInterval(timer);
        own.delete(changed);
        if (own.size === 0) listeners.delete(id);
      };
    },
    resume: takeOver,
    async resumeAt(provider) {
      for (const operation of await store.unended()) if (operation.provider === provider) follow(operation);
    },
    hasPending: (provider) => store.pending().some((operation) => operation.provider === provider),
    async close() {
      stopTakingOver();
      closing.abort(new GatewayError('OUTCOME_UNKNOWN', 'The gateway is stopping.'));
      outcomes.close();
      await Promise.allSettled([...underWay.values(), ...sending]);
      await store.close();
    },
  };
}

/** A bug still shows. */
function unread(error: unknown): never[] {
  if (!findGatewayError(error)) throw error;
  return [];
}
