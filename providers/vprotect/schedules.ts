/** The schedules of machines: those of the rules of their policy, or of the policy itself in older versions. */
import { GatewayError } from '../../src/core/errors.ts';
import type { ProtectedEntity, Schedule } from '../../src/core/model.ts';
import { rowsSchema } from '../../src/core/tolerant-reader.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import type { VProtectEntity, VProtectEntityDetails } from './map.ts';
import type { ScheduleRow, Wire, Word } from './wire.ts';

interface SchedulesOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly wire: Wire;
}

type ReadSchedules = (
  entities: readonly ProtectedEntity[],
  signal: AbortSignal,
) => Promise<(readonly Schedule[] | null)[]>;

export function createSchedules({ provider, upstream, wire }: SchedulesOptions): ReadSchedules {
  // The vendor's own clients read this list whole, without pages.
  const options = { schema: rowsSchema(wire.schedule), query: { type: 'VM_BACKUP' }, size: 'list' as const };

  return async (entities, signal) => {
    const all = entities as readonly VProtectEntity[];
    if (!all.some(hasPolicy)) return all.map(() => null);
    const given = await upstream.read('/schedules', options, signal);
    const rows = given.map(wire.schedule).filter((row) => row !== null);
    // Whose it is cannot be told: any list could lack it.
    if (rows.length < given.length || rows.some(isUnplaced))
      throw new GatewayError('INCOMPLETE', `${provider} lists a schedule that cannot be read.`);
    return all.map((entity) => (hasPolicy(entity) ? schedulesOf(entity.details, rows) : null));
  };
}

/** Only machines tell their policy, and only their schedules are read. */
const hasPolicy = ({ details }: VProtectEntity): boolean => details.entityType === 'VM' && details.policyGuid !== null;

const isUnplaced = ({ unreadable }: ScheduleRow): boolean =>
  unreadable.some((field) => field.startsWith('policies') || field.startsWith('rules'));

/** Null if one of them does not tell whether it is of this policy: some of several would look like all. */
function schedulesOf(details: VProtectEntityDetails, rows: readonly ScheduleRow[]): readonly Schedule[] | null {
  const own = rows.map((row) => [row, isOf(row, details)] as const);
  if (own.some(([, is]) => is === null)) return null;
  return own.flatMap(([row, is]) => (is ? [toSchedule(row)] : []));
}

function isOf({ policies, rules }: ScheduleRow, { policyGuid, ruleGuids }: VProtectEntityDetails): boolean | null {
  if (policies?.some(({ guid }) => guid === policyGuid)) return true;
  if (rules && ruleGuids) return rules.some(({ guid }) => ruleGuids.includes(guid));
  return policies ? false : null;
}

const toSchedule = (row: ScheduleRow): Schedule => ({
  externalId: row.guid,
  name: row.name,
  isEnabled: row.active,
  expression: toExpression(row),
  timeZone: null,
  nextRunAt: null,
  lastRunAt: null,
});

/** In words, such as `every 30 minutes from 08:00 to 18:00, MONDAY, TUESDAY`; null if no time is told. */
export function toExpression(row: ScheduleRow): string | null {
  const when = row.interval ? toInterval(row.interval) : row.hour === null ? null : `at ${toClock(row.hour)}`;
  if (when === null) return null;
  const limits = [row.dayOfWeekOccurrences, row.daysOfWeek, row.months].flatMap((words) => toNames(words));
  return [when, ...limits].join(', ');
}

function toInterval({ frequency, startHour, endHour }: NonNullable<ScheduleRow['interval']>): string | null {
  if (frequency === null) return null;
  const span = startHour === null || endHour === null ? '' : ` from ${toClock(startHour)} to ${toClock(endHour)}`;
  return `every ${Math.round(frequency / 60_000)} minutes${span}`;
}

/** `ms`: since midnight. */
function toClock(ms: number): string {
  const minutes = Math.floor(ms / 60_000) % 1_440;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

const toNames = (words: readonly Word[] | null): readonly string[] => words?.map(({ name }) => name) ?? [];
