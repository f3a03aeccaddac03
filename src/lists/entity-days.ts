/** What ran of an entity on each of its last days, from the history. Pure but for the read. */
import { badInput } from '../core/errors.ts';
import type { EntityRuns, History, HistoryCoverage, SpanRuns } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import { type BackupStatus, isFinished, isSuccessful, type LocalId } from '../core/model.ts';
import { createLocalTimes, isTimeZone } from '../core/time-zone.ts';
import { dueAfter, type Expectation, graceOf } from './expectation.ts';
import { toBuckets } from './timeline.ts';

export const entityDayStatuses = [
  'SUCCEEDED',
  'SUCCEEDED_WITH_WARNINGS',
  'FAILED',
  'RUNNING',
  'CANCELLED',
  'MISSED',
  'NONE',
  'UNKNOWN',
] as const;
export type EntityDayStatus = (typeof entityDayStatuses)[number];

export interface EntityDay {
  /** Of the time zone: `2026-11-20`. */
  readonly date: string;
  readonly status: EntityDayStatus;
  /** Stored backups that started on this day. */
  readonly succeeded: number;
  readonly failed: number;
}

export const maxDays = 366;

export interface DaysQuery {
  readonly last: number;
  /** A name of the IANA database. */
  readonly timeZone: string;
}

interface Day {
  readonly start: Instant;
  readonly end: Instant;
  readonly date: string;
}

const second = 1_000_000;
const dayUs = 86_400_000_000;

/** The last days up to today, oldest first. Throws BAD_USER_INPUT. */
export function toDays({ last, timeZone }: DaysQuery, now: Instant): readonly Day[] {
  if (last < 1 || last > maxDays) throw badInput(`"last" must be from 1 to ${maxDays}.`, ['last']);
  const times = createLocalTimes(isTimeZone(timeZone) ? timeZone : 'UTC');
  const today = Math.floor(times.toLocal(now) / dayUs) * dayUs;
  const [from, to] = [times.toInstant(today - (last - 1) * dayUs), times.toInstant(today + dayUs)];
  return toBuckets(from, to, 'DAY', timeZone).map((day) => ({
    ...day,
    date: new Date(times.toLocal(day.start) / 1000).toISOString().slice(0, 10),
  }));
}

/** One for each entity: null if nothing is stored of the provider. */
export async function readEntityDays(
  history: History,
  provider: string,
  ids: readonly LocalId[],
  query: DaysQuery,
  expectationOf: (id: LocalId) => Expectation | null,
  now: Instant,
): Promise<readonly (readonly EntityDay[] | null)[]> {
  const days = toDays(query, now);
  const coverage = await history.coverage(provider);
  if (!coverage) return ids.map(() => null);
  const start = days[0]?.start ?? now;
  // A success before the first day may be what the first days are judged by.
  const before = start - Math.max(0, ...ids.map((id) => allowedUs(expectationOf(id))));
  const runs = await history.entityRuns(provider, ids, [before, start, ...days.map(({ end }) => end)]);
  return ids.map((id) => toEntityDays(days, runs.get(id) ?? nothing, expectationOf(id), coverage, now));
}

const nothing: EntityRuns = { firstAt: null, spans: new Map() };

/** From one success to the next, with an interval. */
function allowedUs(expectation: Expectation | null): number {
  const everySeconds = expectation?.everySeconds;
  return expectation && everySeconds != null ? (everySeconds + graceOf(expectation, everySeconds)) * second : 0;
}

/** `runs`: span 0 is the time before the first day, span 1 the first day. */
export function toEntityDays(
  days: readonly Day[],
  runs: EntityRuns,
  expectation: Expectation | null,
  coverage: Pick<HistoryCoverage, 'from' | 'asOf' | 'isComplete' | 'hasGaps' | 'keptFrom'>,
  now: Instant,
): readonly EntityDay[] {
  let lastSuccessAt = runs.spans.get(0)?.lastSuccessAt ?? null;
  return days.map((day, index) => {
    const own = runs.spans.get(index + 1);
    const until = knownUntil(day, coverage, now);
    const around = {
      firstAt: runs.firstAt,
      lastSuccessAt,
      nextAt: nextAfter(runs, index + 1),
      asOf: coverage.asOf ?? 0,
    };
    const ofNoRun = () => (until !== null && isMissedOn(day, until, around, expectation) ? 'MISSED' : 'NONE');
    const ran = own && statusOf(own);
    lastSuccessAt = own?.lastSuccessAt ?? lastSuccessAt;
    // A success is one, whatever else is not known of the day.
    const isKnown = until !== null || own?.lastSuccessAt != null;
    return { date: day.date, status: isKnown ? (ran ?? ofNoRun()) : 'UNKNOWN', ...countsOf(own) };
  });
}

function nextAfter({ spans }: EntityRuns, span: number): Instant | null {
  const later = [...spans].filter(([index]) => index > span).map(([, { firstAt }]) => firstAt);
  return later.length === 0 ? null : Math.min(...later);
}

/** Until when everything is known that ran on the day; null if it is not. */
function knownUntil(
  { start, end }: Day,
  { from, asOf, isComplete, hasGaps, keptFrom }: Parameters<typeof toEntityDays>[3],
  now: Instant,
): Instant | null {
  if (asOf === null || hasGaps || start < keptFrom || (!isComplete && (from === null || start < from))) return null;
  if (end <= asOf) return end;
  // Today goes on; of another day, the rest is not known.
  return asOf >= start && now < end ? asOf : null;
}

/** The best that happened. */
function statusOf({ byStatus }: SpanRuns): EntityDayStatus {
  const has = (...statuses: readonly BackupStatus[]) => statuses.some((status) => byStatus.has(status));
  if (has('SUCCEEDED')) return 'SUCCEEDED';
  if (has('SUCCEEDED_WITH_WARNINGS')) return 'SUCCEEDED_WITH_WARNINGS';
  if ([...byStatus.keys()].some((status) => !isFinished(status) && status !== 'UNKNOWN')) return 'RUNNING';
  if (has('FAILED')) return 'FAILED';
  return has('CANCELLED', 'SKIPPED') ? 'CANCELLED' : 'UNKNOWN';
}

function countsOf(runs: SpanRuns | undefined): Pick<EntityDay, 'succeeded' | 'failed'> {
  const counts = [...(runs?.byStatus ?? [])];
  const succeeded = counts.reduce((sum, [status, count]) => sum + (isSuccessful(status) ? count : 0), 0);
  return { succeeded, failed: runs?.byStatus.get('FAILED') ?? 0 };
}

interface Around {
  readonly firstAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  /** When the next run after the day started. */
  readonly nextAt: Instant | null;
  readonly asOf: Instant;
}

/** Of a day on which nothing ran, known until this time. Before its first backup nothing is missed. */
function isMissedOn(
  day: Day,
  until: Instant,
  { firstAt, lastSuccessAt, nextAt, asOf }: Around,
  expectation: Expectation | null,
): boolean {
  if (!expectation || firstAt === null || firstAt >= day.end) return false;
  const { schedule } = expectation;
  if (schedule) {
    const slot = schedule.slotAfter(day.start - 1);
    if (!slot || slot.at >= day.end) return false;
    const graceEnd = slot.at + graceOf(expectation, slot.distanceSeconds) * second;
    // A run just after midnight may be the one of a slot just before.
    return graceEnd < asOf && (nextAt === null || nextAt > graceEnd);
  }
  const at = lastSuccessAt ?? firstAt;
  const dueAt = dueAfter(expectation, { sortedAt: at, startedAt: at, endedAt: at });
  return dueAt !== null && dueAt < until;
}
