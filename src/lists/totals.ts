/** Numbers over the stored backups of many providers, by group. One file, since all of it is about the same groups. */
import { type CalendarSpan, type CalendarUnit, countUnits, toCalendar } from '../core/calendar.ts';
import { badInput, GatewayError } from '../core/errors.ts';
import type { BackupFilter, UntoldField } from '../core/filter.ts';
import {
  type DurationPart,
  type History,
  queuedRange,
  type StoredDurations,
  type StoredGroup,
  type StoredKey,
  type StoredSpan,
  type StoredSum,
  type StoredTotals,
  type TotalsQuery,
  timelessRange,
} from '../core/history.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import type { BackupStatus, BackupTrigger, BackupType, ProviderKind, Ref } from '../core/model.ts';
import type { Problem } from '../core/provider.ts';
import { cutText } from '../core/text.ts';
import { isTimeZone } from '../core/time-zone.ts';
import { inTurns, nextTurn } from '../core/turns.ts';
import type { MergeSource } from './merge.ts';
import { toSuccessRate } from './statistics.ts';
import { untoldProblem } from './untold.ts';

export const totalsGroups = [
  'PROVIDER',
  'KIND',
  'ENTITY',
  'TYPE',
  'TRIGGER',
  'STATUS',
  'DAY',
  'WEEK',
  'MONTH',
] as const;
export type TotalsGroupBy = (typeof totalsGroups)[number];

export const maxGroups = 2_000;
/** Durations are read one by one. */
export const maxDurations = 100_000;

export interface TotalsRequest {
  readonly by: readonly TotalsGroupBy[];
  /** A name of the IANA database. */
  readonly timeZone: string;
  /** Sums that are wanted; the others are null, and their counts 0. Percentiles need `duration`. */
  readonly sums: readonly StoredSum[];
}

/** Null: not grouped by it, or not told by the product. */
export interface TotalsKey {
  readonly provider: string | null;
  readonly kind: ProviderKind | null;
  readonly entity: Ref | null;
  readonly type: BackupType | null;
  readonly trigger: BackupTrigger | null;
  readonly status: BackupStatus | null;
  readonly span: CalendarSpan | null;
}

export interface Percentiles {
  readonly medianSeconds: number;
  readonly p95Seconds: number;
}

export interface TotalsGroup extends TotalsKey {
  readonly count: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
  readonly successRate: number | null;
  /** Sums are null if none of the values is known. */
  readonly durationSeconds: number | null;
  readonly timedCount: number;
  readonly originalBytes: number | null;
  readonly originalCount: number;
  readonly storedBytes: number | null;
  readonly storedCount: number;
  /** Read at the first call, for all groups; null without a known duration, or if there are more than `maxDurations`. */
  readonly percentiles: () => Promise<Percentiles | null>;
}

export interface TotalsAnswer {
  readonly groups: readonly TotalsGroup[];
  readonly asOf: Instant | null;
  readonly problems: readonly Problem[];
}

const calendarUnits = ['DAY', 'WEEK', 'MONTH'] as const satisfies readonly CalendarUnit[];
const storedGroups = ['ENTITY', 'TYPE', 'TRIGGER', 'STATUS'] as const satisfies readonly StoredGroup[];

/** Throws BAD_USER_INPUT, also for more than `maxGroups`, and UNSUPPORTED without a history. */
export async function readTotals(
  sources: readonly MergeSource[],
  history: History | null,
  request: TotalsRequest,
  now: Instant,
  signal: AbortSignal,
): Promise<TotalsAnswer> {
  if (!history) throw withoutHistory();
  const unit = toUnit(request);
  for (const { filter, entitySearch } of sources) requireCounted(filter, entitySearch);
  const stored = await Promise.all(sources.map((source) => readCoverage(history, source)));
  const parts = stored.flatMap(({ part }) => part ?? []);
  const calendar = toSpans(unit, request.timeZone, parts, now);
  const by = storedGroups.filter((group) => request.by.includes(group));
  const queries = parts.map((part) => ({
    part,
    query: {
      filter: part.filter,
      by,
      sums: request.sums,
      spans: spansOf(part.filter, calendar, now),
      limit: maxGroups + 1,
    },
  }));
  const groups = new Map<string, Sums>();
  const labelOf = ({ name, kind }: Part) =>
    request.by.includes('PROVIDER') ? name : request.by.includes('KIND') ? kind : '';
  for (const { part, rows } of await Promise.all(
    queries.map(async ({ part, query }) => ({ part, rows: await history.totals(part.name, query) })),
  )) {
    await inTurns(rows, (row) => addTo(groups, keyOf(labelOf(part), part, row), part, row), signal);
    if (groups.size > maxGroups) throw tooManyGroups();
  }
  const untold = await Promise.all(queries.map(({ part, query }) => findUntold(history, part.name, query)));
  if (request.by.length === 0 && groups.size === 0) groups.set('', emptySums(parts[0] ?? null));
  const durations = createDurations(
    history,
    queries.map(({ part, query }) => ({ provider: part.name, label: labelOf(part), query })),
    [...groups.values()].reduce((sum, { timedCount }) => sum + timedCount, 0),
  );
  const times = parts.map(({ asOf }) => asOf);
  // There may be thousands, and their sums have just taken a turn.
  await nextTurn(signal);
  return {
    groups: inOrder([...groups].map(([key, sums]) => toGroup(sums, request.by, calendar, () => durations(key)))),
    asOf: times.length === 0 ? null : Math.min(...times),
    problems: [...stored.flatMap(({ problem }) => problem ?? []), ...untold.flatMap((problem) => problem ?? [])],
  };
}

interface Part {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly filter: BackupFilter;
  readonly asOf: Instant;
  /** Of its stored backups; null if there are none. */
  readonly range: { readonly from: Instant; readonly to: Instant } | null;
}

async function readCoverage(
  history: History,
  { provider: { name, kind }, filter }: MergeSource,
): Promise<{ readonly part: Part | null; readonly problem: Problem | null }> {
  const coverage = await history.coverage(name);
  if (!coverage || coverage.asOf === null) {
    return {
      part: null,
      problem: incomplete(name, `${name} is left out: nothing is stored of it yet. Try again later.`),
    };
  }
  const { asOf, from, isComplete, hasGaps } = coverage;
  const part = { name, kind, filter, asOf, range: await history.totalsRange(name) };
  const isCovered =
    isComplete || (!hasGaps && from !== null && filter.startedAfter !== null && filter.startedAfter >= from);
  if (isCovered) return { part, problem: null };
  const message = `The history has ${from === null ? 'none of' : `since ${formatInstant(from)} only`} the backups of ${name}: others are missing.`;
  return { part, problem: incomplete(name, message) };
}

interface Calendar {
  readonly spans: readonly CalendarSpan[];
}

/** Index of rows that have no time. */
const timeless = -1;

/** Null: not grouped by time. */
function toSpans(unit: CalendarUnit | null, timeZone: string, parts: readonly Part[], now: Instant): Calendar | null {
  if (unit === null) return null;
  // All sources have the same filter but for entities.
  const { startedAfter, startedBefore } = parts[0]?.filter ?? { startedAfter: null, startedBefore: null };
  const ranges = parts.flatMap(({ range }) => range ?? []);
  const from = Math.max(Math.min(...ranges.map((range) => range.from), now), startedAfter ?? timelessRange.to);
  const to = Math.min(Math.max(...ranges.map((range) => range.to), now + 1), startedBefore ?? queuedRange.from);
  if (from >= to) return { spans: [] };
  const count = countUnits(from, to, unit, timeZone);
  if (count > maxGroups) throw tooManyGroups();
  return { spans: toCalendar(from, to, unit, timeZone) };
}

/** What the filter selects, by the index of its group. */
function spansOf({ startedAfter, startedBefore }: BackupFilter, calendar: Calendar | null, now: Instant): StoredSpan[] {
  const from = startedAfter === null || startedAfter <= 0 ? timelessRange.from : startedAfter;
  const to = startedBefore ?? queuedRange.from;
  if (from >= to) return [];
  const cut = (index: number, start: Instant, end: Instant) => ({
    index,
    from: Math.max(start, from),
    to: Math.min(end, to),
  });
  const timed = calendar
    ? [
        cut(timeless, timelessRange.from, timelessRange.to),
        ...calendar.spans.map(({ start, end }, index) => cut(index, Math.max(start, timelessRange.to), end)),
      ]
    : [cut(0, from, to)];
  // A queued row counts as now.
  const isQueuedWanted = now >= from && now < to;
  const nowIndex = calendar ? calendar.spans.findIndex(({ start, end }) => now >= start && now < end) : 0;
  return [
    ...timed.filter((span) => span.from < span.to),
    ...(isQueuedWanted ? [{ index: nowIndex, ...queuedRange }] : []),
  ];
}

/** Which fields of the filter the product does not report of rows that it may mean. */
async function findUntold(
  history: History,
  provider: string,
  { filter, spans }: TotalsQuery & { filter: BackupFilter },
) {
  const { entityIds, types, triggers, startedAfter } = filter;
  const untold = new Set<UntoldField>();
  const loose = {
    ...filter,
    entityIds: orElse(entityIds, ''),
    types: orElse(types, 'UNKNOWN' as const),
    triggers: orElse(triggers, 'UNKNOWN' as const),
  };
  const isAny = async (changes: Partial<TotalsQuery['filter']>, within: readonly StoredSpan[] = spans) =>
    (await history.totals(provider, { filter: { ...loose, ...changes }, by: [], sums: [], spans: within, limit: 1 }))
      .length > 0;
  const ofTime = { index: timeless, ...timelessRange };
  const questions: readonly (readonly [UntoldField, boolean, () => Promise<boolean>])[] = [
    ['entity', (entityIds?.length ?? 0) > 0, () => isAny({ entityIds: [''] })],
    ['type', (types?.length ?? 0) > 0 && !types?.includes('UNKNOWN'), () => isAny({ types: ['UNKNOWN'] })],
    ['trigger', (triggers?.length ?? 0) > 0 && !triggers?.includes('UNKNOWN'), () => isAny({ triggers: ['UNKNOWN'] })],
    ['time', startedAfter !== null && startedAfter > 0, () => isAny({}, [ofTime])],
  ];
  await Promise.all(
    questions.map(async ([field, isAsked, ask]) => {
      if (isAsked && (await ask())) untold.add(field);
    }),
  );
  return untoldProblem(provider, untold);
}

/** An empty list still matches nothing. */
const orElse = <T>(values: readonly T[] | null, other: T): readonly T[] | null =>
  values === null || values.length === 0 ? values : [...values, other];

interface Sums {
  readonly part: Part | null;
  readonly key: StoredKey;
  count: number;
  succeeded: number;
  failed: number;
  timedCount: number;
  durationSeconds: number;
  originalCount: number;
  originalBytes: number;
  storedCount: number;
  storedBytes: number;
}

const emptyKey: StoredKey = { span: 0, entityId: null, type: null, trigger: null, status: null };
const emptySums = (part: Part | null, key: StoredKey = emptyKey): Sums => ({
  part,
  key,
  count: 0,
  succeeded: 0,
  failed: 0,
  timedCount: 0,
  durationSeconds: 0,
  originalCount: 0,
  originalBytes: 0,
  storedCount: 0,
  storedBytes: 0,
});

/** Entities of different providers are different ones. */
const keyOf = (
  label: string,
  { name }: Pick<Part, 'name'>,
  { span, entityId, type, trigger, status }: StoredKey,
): string => JSON.stringify([entityId === null ? label : name, span, entityId, type, trigger, status]);

function addTo(groups: Map<string, Sums>, key: string, part: Part, row: StoredTotals): void {
  const sums = groups.get(key) ?? emptySums(part, row);
  groups.set(key, sums);
  sums.count += row.count;
  sums.succeeded += row.succeeded;
  sums.failed += row.failed;
  sums.timedCount += row.timedCount;
  sums.durationSeconds += row.durationSeconds;
  sums.originalCount += row.originalCount;
  sums.originalBytes += row.originalBytes;
  sums.storedCount += row.storedCount;
  sums.storedBytes += row.storedBytes;
}

function toGroup(
  sums: Sums,
  by: readonly TotalsGroupBy[],
  calendar: Calendar | null,
  percentiles: TotalsGroup['percentiles'],
): TotalsGroup {
  const { part, key } = sums;
  const { entityId, type, trigger, status } = key;
  return {
    provider: by.includes('PROVIDER') ? (part?.name ?? null) : null,
    kind: by.includes('KIND') ? (part?.kind ?? null) : null,
    entity: part && entityId ? { provider: part.name, localId: entityId } : null,
    type,
    trigger,
    status,
    span: calendar?.spans[key.span] ?? null,
    count: sums.count,
    succeeded: sums.succeeded,
    failed: sums.failed,
    other: sums.count - sums.succeeded - sums.failed,
    successRate: toSuccessRate(sums.succeeded, sums.failed),
    durationSeconds: sums.timedCount === 0 ? null : sums.durationSeconds,
    timedCount: sums.timedCount,
    originalBytes: sums.originalCount === 0 ? null : sums.originalBytes,
    originalCount: sums.originalCount,
    storedBytes: sums.storedCount === 0 ? null : sums.storedBytes,
    storedCount: sums.storedCount,
    percentiles,
  };
}

/** Oldest first, then by the other keys; what is not told comes first. Each key is made once: there are many groups. */
function inOrder(groups: readonly TotalsGroup[]): readonly TotalsGroup[] {
  const keyed = groups.map((group) => {
    const { provider, kind, entity, type, trigger, status, span } = group;
    const key = [provider, kind, entity?.provider, entity?.localId, type, trigger, status].join('\0');
    return { group, start: span?.start ?? 0, key };
  });
  keyed.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ group }) => group);
}

/** Reads them once, for all groups. */
function createDurations(history: History, parts: readonly DurationPart[], timed: number) {
  let known: Promise<ReadonlyMap<string, StoredDurations>> | null = null;
  const read = async () => {
    const wanted = parts.filter(({ query }) => query.spans.length > 0);
    // With entities, a label tells the provider: see `keyOf`.
    const labelled = wanted.map((part) =>
      part.query.by.includes('ENTITY') ? { ...part, label: part.provider } : part,
    );
    const rows = await history.durations(labelled);
    return new Map(rows.map((row) => [keyOf(row.label, { name: row.label }, row), row]));
  };
  return async (key: string): Promise<Percentiles | null> => {
    if (timed === 0 || timed > maxDurations || parts.length > maxParts) return null;
    known ??= read();
    const found = (await known).get(key);
    return found ? { medianSeconds: found.medianSeconds, p95Seconds: found.p95Seconds } : null;
  };
}

/** Of one statement. */
const maxParts = 200;

function toUnit({ by, timeZone }: TotalsRequest): CalendarUnit | null {
  const units = calendarUnits.filter((unit) => by.includes(unit));
  if (units.length > 1) throw badInput(`Group by one of ${units.join(' and ')}.`, ['groupBy']);
  if (!isTimeZone(timeZone)) {
    const message = `"${cutText(timeZone, 40)}" is no time zone. Use a name of the IANA database, such as "Europe/Paris".`;
    throw badInput(message, ['timeZone']);
  }
  return units[0] ?? null;
}

/** Throws BAD_USER_INPUT for filters that need the rows. */
function requireCounted(filter: BackupFilter, entitySearch: string | null | undefined): void {
  const { search, minStoredBytes, endedAfter, endedBefore, errorSearch, dataPresences, own } = filter;
  const given = {
    entitySearch,
    search,
    minStoredBytes,
    endedAfter,
    endedBefore,
    errorSearch,
    dataPresence: dataPresences,
  };
  const field =
    Object.entries(given).find(([, value]) => value != null)?.[0] ?? (own === null ? null : 'of one product');
  if (field === null) return;
  const message = `Totals cannot be filtered by ${field}: they know provider, kind, entity, type, trigger, status and time. Use backupStatistics.`;
  throw badInput(message, ['filter']);
}

const tooManyGroups = () =>
  badInput(`There are more than ${maxGroups} groups. Narrow the filter, or group by less.`, ['groupBy']);

const withoutHistory = (): GatewayError =>
  new GatewayError('UNSUPPORTED', 'Totals need the history, which is off. See the setting history.off.');

const incomplete = (provider: string, message: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError('INCOMPLETE', message),
});
