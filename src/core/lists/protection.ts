/** Whether a thing is protected right now, by its newest success and by what is expected of it. Pure. */
import { GatewayError } from '../errors.ts';
import type { Instant } from '../instant.ts';
import type { Backup, BackupStatus, ProtectedEntity } from '../model.ts';
import type { Problem } from '../provider.ts';
import type { Latest, Question } from './latest.ts';

export const protectionStatuses = ['PROTECTED', 'OVERDUE', 'NEVER_BACKED_UP', 'UNKNOWN'] as const;
export type ProtectionStatus = (typeof protectionStatuses)[number];

export interface Protection {
  readonly status: ProtectionStatus;
  /** Of the newest success that is known; where the status is UNKNOWN there may be a newer one. */
  readonly lastSuccessAt: Instant | null;
  /** Null: nothing is expected. */
  readonly expectedEverySeconds: number | null;
  /** `maxCounted` at most; null where it is not proven. */
  readonly failuresSinceLastSuccess: number | null;
  /** Why the status is UNKNOWN; null where it is not. */
  readonly problem: Problem | null;
}

const successful: readonly BackupStatus[] = ['SUCCEEDED', 'SUCCEEDED_WITH_WARNINGS'];

/** A backup that could be restored: it ended well, and its data is still there. */
const isSuccess = ({ status, isRemoved }: Backup): boolean => successful.includes(status) && !isRemoved;

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
 * Nothing but proof makes PROTECTED, OVERDUE or NEVER_BACKED_UP. A success that is new enough is proof, whatever else
 * could not be read; an old one, or none, proves something only where nothing is missing.
 */
export function toProtection(
  { provider, externalId, name }: Pick<ProtectedEntity, 'provider' | 'externalId' | 'name'>,
  { backup, counted, problem }: Latest,
  expectedEverySeconds: number | null,
  now: Instant,
): Protection {
  const lastSuccessAt = backup && successTime(backup);
  const known = { lastSuccessAt, expectedEverySeconds, failuresSinceLastSuccess: counted, problem: null };
  if (backup && expectedEverySeconds === null) return { ...known, status: 'PROTECTED' };
  if (lastSuccessAt !== null && now - lastSuccessAt <= (expectedEverySeconds ?? 0) * 1_000_000) {
    return { ...known, status: 'PROTECTED' };
  }
  if (problem) return { ...known, status: 'UNKNOWN', problem };
  if (!backup) return { ...known, status: 'NEVER_BACKED_UP' };
  if (lastSuccessAt !== null) return { ...known, status: 'OVERDUE' };
  const error = new GatewayError('INCOMPLETE', `${provider} does not say when the newest success of ${name} was.`);
  return { ...known, status: 'UNKNOWN', problem: { provider, entityId: externalId, error } };
}

/** Rows without a time stand at 0, the end of every list. */
function successTime({ endedAt, sortedAt }: Backup): Instant | null {
  const at = endedAt ?? sortedAt;
  return at === null || at <= 0 ? null : at;
}
