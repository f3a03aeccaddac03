/** The protection status of an entity, from its newest success and its expectation. Pure. */
import { GatewayError } from '../core/errors.ts';
import { presenceOf } from '../core/filter.ts';
import type { Instant } from '../core/instant.ts';
import {
  type Backup,
  type BackupStatus,
  backupStatuses,
  type DataPresence,
  isSuccessful,
  type ProtectedEntity,
} from '../core/model.ts';
import type { Problem } from '../core/provider.ts';
import { dueAfter, type Expectation, endOf } from './expectation.ts';
import type { Latest, Question } from './latest.ts';

export const protectionStatuses = ['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP', 'NO_EXPECTATION', 'UNKNOWN'] as const;
export type ProtectionStatus = (typeof protectionStatuses)[number];

export interface Protection {
  readonly status: ProtectionStatus;
  /** End of the newest known success; with the status UNKNOWN, there may be a newer one. */
  readonly lastSuccessAt: Instant | null;
  /** Null: no interval is expected. */
  readonly expectedEverySeconds: number | null;
  /** Null: no schedule is expected. */
  readonly expectedSchedule: string | null;
  /** When the next success is due; null if nothing is expected, or no success with a time is known. */
  readonly dueAt: Instant | null;
  /** At most `maxCounted`; null if not proven. */
  readonly failuresSinceLastSuccess: number | null;
  /** Presence of the success that the status is based on; null if there is none. */
  readonly dataPresence: DataPresence | null;
  /** Why there may be a newer success than the known one; null if there is none. */
  readonly incomplete: Problem | null;
  /** Why the status is UNKNOWN; null for any other status. */
  readonly problem: Problem | null;
}

/** What was true when the product answered last. */
export interface LastKnownProtection {
  readonly status: ProtectionStatus;
  readonly asOf: Instant;
}

export const successful: readonly BackupStatus[] = backupStatuses.filter(isSuccessful);

/** Whether the backup succeeded and its data is not known to be removed. */
const isSuccess = (backup: Backup): boolean => successful.includes(backup.status) && presenceOf(backup) !== 'REMOVED';

export const newestSuccess: Question = {
  statuses: [...successful, 'FAILED'],
  answeringStatuses: successful,
  isAnswer: isSuccess,
  isCounted: ({ status }) => status === 'FAILED',
};

export const newestOfAny: Question = {
  statuses: null,
  answeringStatuses: null,
  isAnswer: () => true,
  isCounted: () => false,
};

/**
 * PROTECTED, OVERDUE and NEVER_BACKED_UP need proof. A recent success is proof, even if other rows could not be read.
 * An old success, or none, is proof only if nothing is missing.
 */
export function toProtection(
  { provider, externalId, name }: Pick<ProtectedEntity, 'provider' | 'externalId' | 'name'>,
  { backup, counted, problem, presence }: Latest,
  expectation: Expectation | null,
  now: Instant,
): Protection {
  const dueAt = backup && expectation && dueAfter(expectation, backup);
  const known = {
    dataPresence: backup && (presence ?? presenceOf(backup)),
    lastSuccessAt: backup && endOf(backup),
    expectedEverySeconds: expectation?.everySeconds ?? null,
    expectedSchedule: expectation?.schedule?.text ?? null,
    dueAt,
    failuresSinceLastSuccess: counted,
    incomplete: problem,
    problem: null,
  };
  if (backup && !expectation) return { ...known, status: 'NO_EXPECTATION' };
  if (dueAt !== null && now <= dueAt) return { ...known, status: 'PROTECTED' };
  if (problem) return { ...known, status: 'UNKNOWN', problem };
  if (!backup) return { ...known, status: 'NEVER_BACKED_UP' };
  if (dueAt !== null) return { ...known, status: 'OVERDUE' };
  const error = new GatewayError(
    'INCOMPLETE',
    `${provider} does not report the time of the newest success of ${name}.`,
  );
  return { ...known, status: 'UNKNOWN', problem: { provider, entityId: externalId, error } };
}

/** Whether the newest success ended before a time, or there is none; null if that is not proven. */
export function isOlderThan({ lastSuccessAt, incomplete, dataPresence }: Protection, time: Instant): boolean | null {
  if (lastSuccessAt !== null && lastSuccessAt >= time) return false;
  if (incomplete) return null;
  // There is a success, and nothing tells when it ended.
  return lastSuccessAt === null && dataPresence !== null ? null : true;
}
