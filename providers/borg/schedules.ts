/** The schedules of repositories. Those of backup plans are missing: the list of plans does not name repositories. */
import { GatewayError } from '../../src/core/errors.ts';
import type { ProtectedEntity, Schedule } from '../../src/core/model.ts';
import type { TimeReader } from '../../src/core/time-reader.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { type BorgEntityDetails, toSchedule } from './entity-map.ts';
import { type ScheduleRow, scheduleRow, schedulesReply } from './wire.ts';

interface SchedulesOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly times: TimeReader;
}

type ReadSchedules = (entities: readonly ProtectedEntity[], signal: AbortSignal) => Promise<(readonly Schedule[])[]>;

export function createSchedules({ provider, upstream, times }: SchedulesOptions): ReadSchedules {
  return async (entities, signal) => {
    // There is no such route without the slash at the end.
    const { jobs } = await upstream.read('/api/schedule/', { schema: schedulesReply, size: 'list' }, signal);
    const rows = jobs.map(scheduleRow).filter((row) => row !== null);
    // Whose it is cannot be told: any list could lack it.
    if (rows.length < jobs.length || rows.some(isUnplaced))
      throw new GatewayError('INCOMPLETE', `${provider} lists a schedule that cannot be read.`);
    return (entities as readonly ProtectedEntity<BorgEntityDetails>[]).map((entity) =>
      rows.filter((row) => isOf(row, entity)).map((row) => toSchedule(row, times)),
    );
  };
}

const isUnplaced = ({ unreadable }: ScheduleRow): boolean => unreadable.some((field) => field.startsWith('repositor'));

function isOf(row: ScheduleRow, { externalId, details }: ProtectedEntity<BorgEntityDetails>): boolean {
  if (row.repository === externalId) return true;
  const { repositoryId } = details;
  if (repositoryId === null) return false;
  return row.repository_id === repositoryId || (row.repository_ids?.includes(repositoryId) ?? false);
}
