/** Several gateways on one database. */
import { randomUUID } from 'node:crypto';
import type { OperationRecord } from '../../src/commands/operation-record.ts';
import { now } from '../../src/core/instant.ts';

/** A start that was not sent yet. */
export const anOperation = (given: Partial<OperationRecord> = {}): OperationRecord => ({
  id: randomUUID(),
  viewer: 'ann',
  provider: 'files',
  kind: 'START',
  entityId: 'e',
  backupId: null,
  externalId: null,
  idempotencyKey: null,
  fingerprint: '',
  status: 'PENDING',
  requestedAt: now(),
  sentAt: null,
  lostAt: null,
  isAccepted: false,
  resolvedAt: null,
  name: null,
  nonce: 'nonce',
  mark: null,
  handle: null,
  message: null,
  candidateIds: [],
  error: null,
  backupEndedAt: null,
  recorded: null,
  ...given,
});
