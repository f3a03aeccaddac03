/** Maps Borg UI's repositories and schedules to the model. Pure. */
import type { ProtectedEntity, Schedule } from '../../src/core/model.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import { toWellFormed, unescapeIdentifier } from '../../src/core/unicode.ts';
import { type Reading, readTime } from './map.ts';
import type { RepositoryRow, ScheduleRow } from './wire.ts';

export interface BorgEntityDetails {
  readonly path: string;
  /** Its number in the product, by which schedules name it; null if it cannot be read. */
  readonly repositoryId: number | null;
}

/** The path as it is shown: what finds the repository again may have marks in it that a path has not. */
export function toEntity(
  row: RepositoryRow,
  { provider, times }: Pick<Reading, 'provider' | 'times'>,
): ProtectedEntity<BorgEntityDetails> {
  const path = toWellFormed(unescapeIdentifier(row.path));
  const nextRunAt = row.schedule_enabled === false ? null : readTime(row.next_run, times);
  const unreadable = nextRunAt === undefined ? [...row.unreadable, 'next_run'] : row.unreadable;
  return {
    kind: 'borg',
    provider,
    externalId: row.path,
    name: row.name || path,
    ...(nextRunAt == null ? {} : { nextRunAt }),
    details: { path, repositoryId: row.id },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** Times that cannot be read are null. */
export const toSchedule = (row: ScheduleRow, times: TimeReader): Schedule => ({
  externalId: String(row.id),
  name: row.name,
  isEnabled: row.enabled,
  expression: row.cron_expression,
  timeZone: row.timezone,
  nextRunAt: readTime(row.next_run, times) ?? null,
  lastRunAt: readTime(row.last_run, times) ?? null,
});
