/** A command becomes an operation of the ledger before anything is sent. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { badInput, GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import { tellOperation } from './command-scope.ts';
import type { Command } from './ledger-contract.ts';
import type { OperationRecord } from './operation-record.ts';
import type { LedgerStore } from './store.ts';

/** Operations are deleted after 30 days. */
const keepForMicroseconds = 30 * 24 * 3_600_000_000;
const maxKeyLength = 200;

interface Opened {
  readonly operation: OperationRecord;
  /** False: the same key has made the operation before. */
  readonly isNew: boolean;
}

/** Throws BAD_USER_INPUT for a key that is not valid, CONFLICT for the key of another command. */
export function openOperation(command: Command, store: LedgerStore, retention: Pick<RetentionClock, 'now'>): Opened {
  const fingerprint = fingerprintOf(command);
  const known = findByKey(command, fingerprint, store);
  if (known) {
    tellOperation(known.id);
    return { operation: known, isNew: false };
  }
  const operation = newOperation(command, fingerprint);
  store.forgetBefore(retention.now() - keepForMicroseconds);
  store.insert(operation);
  tellOperation(operation.id);
  return { operation, isNew: true };
}

const fingerprintOf = ({ provider, kind, entityId, backupId, asked }: Command): string =>
  createHash('sha256')
    .update(JSON.stringify([provider.name, kind, entityId, backupId, asked]))
    .digest('base64url');

function findByKey({ viewer, idempotencyKey }: Command, fingerprint: string, store: LedgerStore) {
  if (idempotencyKey === null) return null;
  const field = ['input', 'idempotencyKey'];
  if (idempotencyKey === '' || idempotencyKey.length > maxKeyLength) {
    throw badInput(`"idempotencyKey" must have 1 to ${maxKeyLength} characters.`, field);
  }
  // The database would keep another text, which two such keys may share.
  if (!idempotencyKey.isWellFormed()) {
    throw badInput('"idempotencyKey" holds half a character (a lone surrogate). Use well-formed Unicode.', field);
  }
  const known = store.findByKey(viewer, idempotencyKey);
  if (known && known.fingerprint !== fingerprint) {
    throw new GatewayError('CONFLICT', 'This idempotencyKey was used for another command. Use a new key.', { field });
  }
  return known;
}

function newOperation(command: Command, fingerprint: string): OperationRecord {
  const { viewer, provider, kind, entityId, backupId, name, idempotencyKey } = command;
  return {
    id: randomUUID(),
    viewer,
    provider: provider.name,
    kind,
    entityId,
    backupId,
    externalId: null,
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
}
