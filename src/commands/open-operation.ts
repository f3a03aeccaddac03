/** A command becomes an operation of the ledger before anything is sent. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { badInput, GatewayError } from '../core/errors.ts';
import { now } from '../core/instant.ts';
import type { RetentionClock } from '../storage/retention-clock.ts';
import { tellOperation } from './command-scope.ts';
import type { Command } from './ledger-contract.ts';
import type { OperationRecord, RecordedStart } from './operation-record.ts';
import type { LedgerStore } from './store.ts';

/** Operations are deleted after 30 days. */
const keepForMicroseconds = 30 * 24 * 3_600_000_000;
const maxKeyLength = 200;
/** Characters of recorded settings as JSON: a thousand operations are in memory. */
const maxRecordedLength = 10_000;

interface Opened {
  readonly operation: OperationRecord;
  /** False: the same key has made the operation before. */
  readonly isNew: boolean;
}

/**
 * Rejects with BAD_USER_INPUT for a key that is not valid, CONFLICT for the key of another command. Of several gateways
 * that take the same key at once, one inserts the operation, and the others find it.
 */
export async function openOperation(
  command: Command,
  store: LedgerStore,
  retention: Pick<RetentionClock, 'now'>,
): Promise<Opened> {
  const fingerprint = fingerprintOf(command);
  const known = await findByKey(command, fingerprint, store);
  if (known) return opened(known, false);
  const operation = newOperation(command, fingerprint);
  await store.forgetBefore(retention.now() - keepForMicroseconds);
  if (await store.insert(operation)) return opened(operation, true);
  const inserted = await findByKey(command, fingerprint, store);
  if (!inserted) throw new Error('an operation was not inserted, and there is none of its key');
  return opened(inserted, false);
}

function opened(operation: OperationRecord, isNew: boolean): Opened {
  tellOperation(operation.id);
  return { operation, isNew };
}

const fingerprintOf = ({ provider, kind, entityId, backupId, asked }: Command): string =>
  createHash('sha256')
    .update(JSON.stringify([provider.name, kind, entityId, backupId, asked]))
    .digest('base64url');

async function findByKey({ viewer, idempotencyKey }: Command, fingerprint: string, store: LedgerStore) {
  if (idempotencyKey === null) return null;
  const field = ['input', 'idempotencyKey'];
  if (idempotencyKey === '' || idempotencyKey.length > maxKeyLength) {
    throw badInput(`"idempotencyKey" must have 1 to ${maxKeyLength} characters.`, field);
  }
  // The database would keep another text, which two such keys may share.
  if (!idempotencyKey.isWellFormed()) {
    throw badInput('"idempotencyKey" holds half a character (a lone surrogate). Use well-formed Unicode.', field);
  }
  const known = await store.findByKey(viewer, idempotencyKey);
  if (known && known.fingerprint !== fingerprint) {
    throw new GatewayError('CONFLICT', 'This idempotencyKey was used for another command. Use a new key.', { field });
  }
  return known;
}

function newOperation(command: Command, fingerprint: string): OperationRecord {
  const { viewer, provider, kind, entityId, backupId, name, idempotencyKey, recorded = null } = command;
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
    recorded: isShort(recorded) ? recorded : null,
  };
}

const isShort = (recorded: RecordedStart | null): boolean => JSON.stringify(recorded).length <= maxRecordedLength;
