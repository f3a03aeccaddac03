/** Whether a thing is protected right now, by its newest success and by what is expected of it. Pure. */
import { GatewayError } from '../core/errors.ts';
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
import { presenceOf } from './presence.ts';

export const protectionStatuses = ['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP', 'NO_EXPECTATION', 'UNKNOWN'] as const;
export type ProtectionStatus = (typeof protectionStatuses)[number];

export interface Protection {
  readonly status: ProtectionStatus;
  /** Of the newest success that is known; where the status is UNKNOWN there may be a newer one. */
  readonly lastSuccessAt: Instant | null;
  /** Null: no interval is expected. */
  readonly expectedEverySeconds: number | null;
  /** Null: no schedule is expected. */
  readonly expectedSchedule: string | null;
  /** Until when the next success is due; null where nothing is expected, or no time of a success is known. */
  readonly dueAt: Instant | null;
  /** `maxCounted` at most; null where it is not proven. */
  readonly failuresSinceLastSuccess: number | null;
  /** Of the success that the status rests on, as far as it is known; null where there is none. */
  readonly dataPresence: DataPresence | null;
  /** Why the status is UNKNOWN; null where it is not. */
  readonly problem: Problem | null;
}

export const successful: readonly BackupStatus[] = backupStatuses.filter(isSuccessful);

/** It ended well, and nothing says that its data is gone. */
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
 * Nothing but proof makes PROTECTED, OVERDUE or NEVER_BACKED_UP. A success that is new enough is proof, even if something else
 * could not be read; an old one, or none, proves something only where nothing is missing.
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
    problem: null,
  };
  if (backup && !expectation) return { ...known, status: 'NO_EXPECTATION' };
  if (dueAt !== null && now <= dueAt) return { ...known, status: 'PROTECTED' };
  if (problem) return { ...known, status: 'UNKNOWN', problem };
  if (!backup) return { ...known, status: 'NEVER_BACKED_UP' };
  if (dueAt !== null) return { ...known, status: 'OVERDUE' };
  const error = new GatewayError('INCOMPLETE', `${provider} does not say when the newest success of ${name} was.`);
  return { ...known, status: 'UNKNOWN', problem: { provider, entityId: externalId, error } };
}
