/**
 * The figures that vProtect computes itself. None of their shapes is documented: a reply is read where it looks as
 * expected, and is null where it does not. Nothing of the public schema rests on this.
 */
import { z } from 'zod';
import { type BackupFilter, noFilter } from '../../src/core/filter.ts';
import { toInstant } from '../../src/core/instant.ts';
import type { LocalId } from '../../src/core/model.ts';
import { toWellFormed } from '../../src/core/unicode.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isNotFound, orElse } from '../_kit/errors.ts';
import { toFilterQuery } from './filter.ts';
import { isGuid } from './guid.ts';
import type { Query } from './lists.ts';

/** Each null where the server's reply has a shape that we do not know. Times in ms since 1970, lengths in ms. */
export interface VProtectStatistics {
  readonly byStatus:
    | readonly { readonly status: string; readonly count: number; readonly totalSize: number | null }[]
    | null;
  readonly sizes: readonly SizePoint[] | null;
  readonly durations: readonly DurationPoint[] | null;
  /** Bytes a second of finished tasks. */
  readonly exportRates: readonly RatePoint[] | null;
  readonly storeRates: readonly RatePoint[] | null;
}

/** The same of one entity only. */
export interface VProtectTimeline {
  readonly sizes: readonly SizePoint[] | null;
  readonly durations: readonly DurationPoint[] | null;
}

export interface ProductStatistics {
  /** Of the backups that the server can filter by itself: one entity, one type, statuses and times. */
  (filter: BackupFilter, signal: AbortSignal): Promise<VProtectStatistics>;
  /** `type`: the server's word for the kind of entity, as far as anybody knows: VM. A time that is null is no bound. */
  timeline(type: string, entityId: LocalId, span: Span, signal: AbortSignal): Promise<VProtectTimeline>;
}

interface Span {
  readonly from: number | null;
  readonly to: number | null;
}

const word = z
  .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
  .transform((name) => toWellFormed(name));
/** Within what an answer can say: neither negative nor absurd, and of the years 1 to 9999. */
const figure = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const millis = z.number().refine((value) => toInstant(Math.round(value * 1000)) !== null);
const statusFigure = z.object({ status: word, count: z.int32().min(0), totalSize: figure.nullable().default(null) });
const sizePoint = z.object({ date: millis, size: figure });
const durationPoint = z.object({ date: millis, averageExportTime: figure, averageStoreTime: figure });
const ratePoint = z.object({ time: millis, transferRate: figure });

type SizePoint = z.output<typeof sizePoint>;
type DurationPoint = z.output<typeof durationPoint>;
type RatePoint = z.output<typeof ratePoint>;

export function createStatistics(upstream: Upstream): ProductStatistics {
  const reply = { schema: z.unknown(), size: 'list' as const };

  const get = (path: string, query: Query, signal: AbortSignal) => upstream.read(path, { ...reply, query }, signal);

  /** A question by POST, which answers 201. The names of its fields are guesses. */
  function rates(task: string, { from, to }: Span, entityId: LocalId | null, signal: AbortSignal): Promise<unknown> {
    const entity = entityId === null ? {} : { protectedEntity: { guid: entityId } };
    const json = { from: from ?? undefined, to: to ?? undefined, ...entity };
    return upstream.read(path`/backups/transfer-rate/${task}`, { ...reply, post: { json } }, signal);
  }

  async function statistics(filter: BackupFilter, signal: AbortSignal): Promise<VProtectStatistics> {
    const asked = toFilterQuery({ ...noFilter, ...filter, search: null });
    if (!asked) return nothing;
    const [only = null] = asked.entityIds?.length === 1 ? asked.entityIds : [];
    const span = { from: toMillis(filter.startedAfter), to: toMillis(filter.startedBefore) };
    const query = { ...asked.query, 'protected-entity': only, ...span };
    const [byStatus, sizes, durations, exportRates, storeRates] = await Promise.all([
      get('/backups/aggregated-statistics', query, signal),
      get('/backups/size-statistics', query, signal),
      get('/backups/time-statistics', query, signal),
      rates('EXPORT', span, only, signal),
      rates('STORE', span, only, signal),
    ]);
    return {
      byStatus: rowsOf(statusFigure, byStatus),
      sizes: rowsOf(sizePoint, sizes),
      durations: rowsOf(durationPoint, durations),
      exportRates: rowsOf(ratePoint, exportRates),
      storeRates: rowsOf(ratePoint, storeRates),
    };
  }

  async function timeline(type: string, entityId: LocalId, span: Span, signal: AbortSignal): Promise<VProtectTimeline> {
    if (!isGuid(entityId)) return { sizes: [], durations: [] };
    const read = (kind: string) =>
      get(path`/backups/timeline/${kind}/${type}/${entityId}`, { ...span }, signal).catch(
        orElse({ points: [] }, isNotFound),
      );
    const [sizes, durations] = await Promise.all([read('size-stats'), read('time-stats')]);
    return { sizes: rowsOf(sizePoint, pointsOf(sizes)), durations: rowsOf(durationPoint, pointsOf(durations)) };
  }

  return Object.assign(statistics, { timeline });
}

const nothing: VProtectStatistics = { byStatus: [], sizes: [], durations: [], exportRates: [], storeRates: [] };

const toMillis = (at: number | null): number | null => (at === null ? null : Math.floor(at / 1000));

/** Null where one of them is not what was expected: half a list of figures would be a wrong one. */
function rowsOf<Row>(schema: z.ZodType<Row>, reply: unknown): readonly Row[] | null {
  return z.array(schema).safeParse(reply).data ?? null;
}

const pointsOf = (reply: unknown): unknown => z.object({ points: z.unknown() }).safeParse(reply).data?.points;
