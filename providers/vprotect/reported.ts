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

const unverified = 'Unverified: vProtect does not document it, and it is null where the reply is not as expected.';

export function defineReported(builder: Builder) {
  const Count = builder
    .objectRef<{ status: string; count: number; totalSize: number | null }>('VProtectReportedCount')
    .implement({
      description: 'How many backups stand alike, as vProtect counts.',
      fields: (t) => ({
        upstreamStatus: t.string({ description: 'vProtect’s own word.', resolve: ({ status }) => status }),
        count: t.int({ description: 'How many.', resolve: ({ count }) => count }),
        totalBytes: t.float({
          nullable: true,
          description: 'Their bytes together.',
          resolve: ({ totalSize }) => totalSize,
        }),
      }),
    });
  const Size = builder.objectRef<Point<'size'>>('VProtectReportedSize').implement({
    description: 'The size of backups at one time, as vProtect has it.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
      bytes: t.float({ description: 'Bytes.', resolve: ({ size }) => size }),
    }),
  });
  const Duration = builder
    .objectRef<Point<'averageExportTime' | 'averageStoreTime'>>('VProtectReportedDuration')
    .implement({
      description: 'How long backups took around one time, as vProtect has it.',
      fields: (t) => ({
        at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
        exportSeconds: t.float({
          description: 'Mean seconds of the export.',
          resolve: ({ averageExportTime }) => averageExportTime / 1000,
        }),
        storeSeconds: t.float({
          description: 'Mean seconds of the store.',
          resolve: ({ averageStoreTime }) => averageStoreTime / 1000,
        }),
      }),
    });
  const Rate = builder.objectRef<Point<'transferRate'>>('VProtectReportedRate').implement({
    description: 'How fast tasks were at one time, as vProtect has it.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', description: 'When.', resolve: ({ at }) => at }),
      bytesPerSecond: t.float({ description: 'Bytes a second.', resolve: ({ transferRate }) => transferRate }),
    }),
  });
  return builder.objectRef<Reported>('VProtectReportedStatistics').implement({
    description: `Figures of one entity as vProtect computes them; \`backupStatistics\` is this gateway’s own count. ${unverified}`,
    fields: (t) => ({
      counts: t.field({
        type: [Count],
        nullable: true,
        description: `How many of each status. ${unverified}`,
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
        description: `Speed of export tasks. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).exportRates, ({ time }) => time),
      }),
      storeRates: t.field({
        type: [Rate],
        nullable: true,
        description: `Speed of store tasks. ${unverified}`,
        resolve: async ({ statistics }) => dated((await statistics()).storeRates, ({ time }) => time),
      }),
      timelineSizes: t.field({
        type: [Size],
        nullable: true,
        description: `Sizes of vProtect’s timeline of the entity. ${unverified}`,
        resolve: async ({ timeline }) => dated((await timeline()).sizes, ({ date }) => date),
      }),
      timelineDurations: t.field({
        type: [Duration],
        nullable: true,
        description: `Durations of vProtect’s timeline of the entity. ${unverified}`,
        resolve: async ({ timeline }) => dated((await timeline()).durations, ({ date }) => date),
      }),
    }),
  });
}

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
