/** The wait for the answer to a command that another gateway sends. */
import { setTimeout as wait } from 'node:timers/promises';
import { GatewayError } from '../core/errors.ts';
import type { OperationRecord } from './operation-record.ts';
import type { LedgerStore } from './store.ts';

interface UntilAnsweredOptions {
  readonly store: LedgerStore;
  /** How long a caller waits for the answer to a command. */
  readonly answerWithinMs: number;
  /** Aborts when the ledger closes. */
  readonly closing: AbortSignal;
}

const firstPauseMs = 10;
const longestPauseMs = 200;

/**
 * Returns a function that waits until the product has answered at the other gateway, or until the outcome is found after that
 * gateway was lost; and no longer than a caller there would wait.
 */
export function createUntilAnswered({ store, answerWithinMs, closing }: UntilAnsweredOptions) {
  return async (operation: OperationRecord): Promise<OperationRecord> => {
    if (store.isOwn(operation.id)) return operation;
    let latest = operation;
    const endsAt = performance.now() + answerWithinMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
      const isAnswered = latest.status !== 'PENDING' || latest.isAccepted || latest.lostAt !== null;
      if (isAnswered || performance.now() >= endsAt || closing.aborted) return latest;
      await wait(pauseMs);
      const found = await store.find(latest.id);
      if (!found) {
        // It could not be written there for certain, and was not sent.
        const message = 'Another gateway could not record this command. Nothing was sent: ask again.';
        throw new GatewayError('STORAGE_UNAVAILABLE', message, { retryAfterSeconds: 1 });
      }
      latest = found;
    }
  };
}
