/** The figures that vProtect computes itself, as fields of its entities: unverified, and null where they do not parse. */
import type { Builder } from '../../schema/builder.ts';
import { noFilter } from '../../src/core/filter.ts';
import type { Instant } from '../../src/core/instant.ts';
import type { ProtectedEntity } from '../../src/core/model.ts';
import type { Provider } from '../../src/core/provider.ts';
import type { VProtectEntityDetails } from './map.ts';
import type { ProductStatistics, VProtectStatistics, VProtectTimeline } from './statistics.ts';

/** What was asked for; each part is read when a field of it is selected, and once. */
interface Reported {
  readonly statistics: () => Promise<VProtectStatistics>;
  readonly timeline: () => Promise<VProtectTimeline>;
}

type Point<Value extends string> = { readonly [Name in Value]: number } & { readonly at: Instant };

const unverified = 'Not verified: vProtect does not document it. Null if the reply is not as expected.';

export function defineReported(builder: Builder) {
  const Count = defineCount(builder);
  const Size = defineSize(builder);
  const Duration = defineDuration(builder);
  const Rate = defineRate(builder);
  return builder.objectRef<Reported>('VProtectReportedStatistics').implement({
    description: `Statistics of one entity as vProtect computes them; this gateway computes \`backupStatistics\` itself. ${unverified}`,
    fields: (t) => ({
      counts: t.field({
        type: [Count],
        nullable: true,
        description: `Number of backups for each status. ${unverified}`,
        resolve: async ({ statistics }) => copy((await statistics()).byStatus),
      }),
      sizes: t.field({
        type: [Size],
        nullable: true,
        description: `Sizes over time. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).sizes, ({ date }) => date),
      }),
      durations: t.field({
        type: [Duration],
        nullable: true,
        description: `Durations over time. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).durations, ({ date }) => date),
      }),
      exportRates: t.field({
        type: [Rate],
        nullable: true,
        description: `Speed of export tasks over time. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).exportRates, ({ time }) => time),
      }),
      storeRates: t.field({
        type: [Rate],
        nullable: true,
        description: `Speed of store tasks over time. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).storeRates, ({ time }) => time),
      }),
      timelineSizes: t.field({
        type: [Size],
        nullable: true,
        description: `Sizes of the entity’s timeline in vProtect. ${unverified}`,
        resolve: async ({ timeline }) => dated((await timeline()).sizes, ({ date }) => date),
      }),
      timelineDurations: t.field({
        type: [Duration],
        nullable: true,
        description: `Durations of the entity’s timeline in vProtect. ${unverified}`,
        resolve: async ({ timeline }) => dated((await timeline()).durations, ({ date }) => date),
      }),
    }),
  });
}

const defineCount = (builder: Builder) =>
  builder.objectRef<{ status: string; count: number; totalSize: number | null }>('VProtectReportedCount').implement({
    description: 'Number of backups with one status, as vProtect counts.',
    fields: (t) => ({
      upstreamStatus: t.string({
        description: 'vProtect’s own word for the status.',
        resolve: ({ status }) => status,
      }),
      count: t.int({ description: 'Number of backups.', resolve: ({ count }) => count }),
      totalBytes: t.float({
        nullable: true,
        description: 'Sum of their bytes; null if vProtect does not tell.',
        resolve: ({ totalSize }) => totalSize,
      }),
    }),
  });

const defineSize = (builder: Builder) =>
  builder.objectRef<Point<'size'>>('VProtectReportedSize').implement({
    description: 'Size of backups at one time, as vProtect reports it.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'Time of the value.', resolve: ({ at }) => at }),
      bytes: t.float({ description: 'Size in bytes.', resolve: ({ size }) => size }),
    }),
  });

const defineDuration = (builder: Builder) =>
  builder.objectRef<Point<'averageExportTime' | 'averageStoreTime'>>('VProtectReportedDuration').implement({
    description: 'Duration of backups around one time, as vProtect reports it.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'Time of the value.', resolve: ({ at }) => at }),
      exportSeconds: t.float({
        description: 'Mean seconds of the export tasks.',
        resolve: ({ averageExportTime }) => averageExportTime / 1000,
      }),
      storeSeconds: t.float({
        description: 'Mean seconds of the store tasks.',
        resolve: ({ averageStoreTime }) => averageStoreTime / 1000,
      }),
    }),
  });

const defineRate = (builder: Builder) =>
  builder.objectRef<Point<'transferRate'>>('VProtectReportedRate').implement({
    description: 'Speed of tasks at one time, as vProtect reports it.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'Time of the value.', resolve: ({ at }) => at }),
      bytesPerSecond: t.float({ description: 'Bytes per second.', resolve: ({ transferRate }) => transferRate }),
    }),
  });

const copy = <Row>(rows: readonly Row[] | null): Row[] | null => rows && [...rows];

/** vProtect's milliseconds as an instant of ours. */
const dated = <Row>(rows: readonly Row[] | null, millisOf: (row: Row) => number): (Row & { at: Instant })[] | null =>
  rows?.map((row) => ({ ...row, at: Math.round(millisOf(row) * 1000) })) ?? null;

/** Null where the provider is of another make, which cannot be. */
export function readReported(
  provider: Provider,
  { details }: ProtectedEntity<VProtectEntityDetails>,
  { from, to }: { from: Instant; to: Instant },
  signal: AbortSignal,
): Reported | null {
  const { productStatistics } = provider as Provider & { readonly productStatistics?: ProductStatistics };
  if (!productStatistics) return null;
  const filter = { ...noFilter, entityIds: [details.guid], startedAfter: from, startedBefore: to };
  const span = { from: Math.floor(from / 1000), to: Math.floor(to / 1000) };
  return {
    statistics: once(() => productStatistics(filter, signal)),
    timeline: once(() => productStatistics.timeline(details.entityType ?? 'VM', details.guid, span, signal)),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= read();
    return answer;
  };
}
