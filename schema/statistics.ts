import type { BackupStatus } from '../src/core/model.ts';
import type { Problem } from '../src/core/provider.ts';
import type { ListFilter } from '../src/lists/backup-list.ts';
import type { SizeCounts, Statistics } from '../src/lists/statistics.ts';
import { maxPoints, type TimelineBucket, type TimelinePoint } from '../src/lists/timeline.ts';
import { type Builder, describe } from './builder.ts';
import { readsOfStatistics, readsOfTimeline } from './cost.ts';
import { toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';

const bucketDescriptions: Record<TimelineBucket, string> = {
  HOUR: 'Full hours of `timeZone`. An hour that comes twice, since clocks go back, is two points.',
  DAY: 'Days of `timeZone`, from midnight: 23 or 25 hours if clocks change.',
  WEEK: 'Weeks of `timeZone`, from Monday 00:00.',
};

const completeDescription =
  'False if a provider is missing, a scan reached its limit, or a value of a row cannot be read; `problems` tells which.';
const problemsDescription = 'What is missing from these numbers, and why. Empty if nothing is missing.';

interface StatisticsAnswer extends Statistics {
  readonly filter: ListFilter;
  readonly problems: readonly Problem[];
}

export function defineStatistics(builder: Builder, refs: Refs): void {
  const SizeCounts = defineSizeCounts(builder);
  const Statistics = defineStatisticsType(builder, refs, SizeCounts);
  const Timeline = defineTimelineType(builder, refs, SizeCounts);
  const Bucket = builder.enumType('TimelineBucket', {
    description: 'Length of one point of a timeline.',
    values: describe(['HOUR', 'DAY', 'WEEK'], bucketDescriptions),
  });

  builder.queryFields((t) => ({
    backupStatistics: t.field({
      type: Statistics,
      nullable: true,
      extensions: { reads: readsOfStatistics },
      description: 'Numbers over every backup that matches. At most 5,000 of each provider are read, the newest first.',
      args: { filter: t.arg({ type: refs.BackupFilter, description: 'Which backups to include; all by default.' }) },
      resolve: async (_root, args, { catalog, loaders, signal }) => {
        const filter = toListFilter(args.filter);
        return { ...(await catalog.reads.statistics(filter, loaders.scanOf, signal)), filter };
      },
    }),
    backupTimeline: t.field({
      type: Timeline,
      nullable: true,
      extensions: { reads: readsOfTimeline },
      description: 'Numbers of succeeded and failed backups over time, by `sortedAt`. At most 400 points.',
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'Start of the range, inclusive.' }),
        to: t.arg({ type: 'DateTime', required: true, description: 'End of the range, exclusive.' }),
        bucket: t.arg({ type: Bucket, required: true, defaultValue: 'DAY', description: 'Length of one point.' }),
        timeZone: t.arg.string({
          required: true,
          defaultValue: 'UTC',
          description:
            'Time zone of the points, as a name of the IANA database such as `Europe/Paris`. Another text is BAD_USER_INPUT.',
        }),
        filter: t.arg({ type: refs.BackupFilter, description: 'Which backups to include; all by default.' }),
      },
      resolve: (_root, { from, to, bucket, timeZone, filter }, { catalog, loaders, signal }) =>
        catalog.reads.timeline({ from, to, bucket, timeZone }, toListFilter(filter), loaders.scanOf, signal),
    }),
  }));
}

const successRateDescription =
  'Share of successes among the backups that succeeded or failed, 0 to 1; null if there are none. Cancelled, skipped, unfinished and unknown ones do not count.';

const defineSizeCounts = (builder: Builder) =>
  builder.objectRef<SizeCounts>('BackupSizeCounts').implement({
    description: 'Number of backups whose size of each kind is known: how many a sum of that size is over.',
    fields: (t) => ({
      originalBytes: t.exposeInt('originalBytes', { description: 'Backups with known bytes at the source.' }),
      compressedBytes: t.exposeInt('compressedBytes', { description: 'Backups with known bytes after compression.' }),
      deduplicatedBytes: t.exposeInt('deduplicatedBytes', {
        description: 'Backups with known bytes after deduplication.',
      }),
      storedBytes: t.exposeInt('storedBytes', { description: 'Backups with known bytes in their storage.' }),
    }),
  });

type SizeCountsRef = ReturnType<typeof defineSizeCounts>;

function defineStatisticsType(builder: Builder, refs: Refs, SizeCounts: SizeCountsRef) {
  const StatusCount = builder.objectRef<{ status: BackupStatus; count: number }>('StatusCount').implement({
    description: 'Number of backups with one status.',
    fields: (t) => ({
      status: t.field({ type: refs.BackupStatus, description: 'The status.', resolve: ({ status }) => status }),
      count: t.exposeInt('count', { description: 'Number of backups.' }),
    }),
  });
  const ProviderCount = builder.objectRef<{ provider: string; count: number }>('ProviderCount').implement({
    description: 'Number of backups of one provider.',
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      count: t.exposeInt('count', {
        description: 'Number of backups; 0 also if the provider could not be asked: see `problems`.',
      }),
    }),
  });
  return builder.objectRef<StatisticsAnswer>('BackupStatistics').implement({
    description: 'Statistics over backups.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'Number of backups that match.' }),
      byStatus: t.field({
        type: [StatusCount],
        description: 'Number of backups of each status that occurs.',
        resolve: ({ byStatus }) => [...byStatus],
      }),
      byProvider: t.field({
        type: [ProviderCount],
        description: 'Number of backups of each provider that was asked, ordered by provider name.',
        resolve: ({ byProvider }) => [...byProvider],
      }),
      totalSize: t.field({
        type: refs.BackupSize,
        description: 'Sums of the sizes that are known; each is null if none is known.',
        resolve: ({ totalSize }) => totalSize,
      }),
      sizedCount: t.field({
        type: SizeCounts,
        description: 'Number of backups in each sum of `totalSize`. Compare it with `count`.',
        resolve: ({ sizedCount }) => sizedCount,
      }),
      successRate: t.float({
        nullable: true,
        description: successRateDescription,
        resolve: ({ successRate }) => successRate,
      }),
      averageDurationSeconds: t.float({
        nullable: true,
        description: 'Mean seconds from start to end of the backups that have both times; null if none has.',
        resolve: ({ averageDurationSeconds }) => averageDurationSeconds,
      }),
      timedCount: t.exposeInt('timedCount', {
        description: 'Number of backups in `averageDurationSeconds`: those with both times.',
      }),
      averageBytesPerSecond: t.float({
        nullable: true,
        description: 'Mean source bytes per second of the backups that have a size and a duration; null if none has.',
        resolve: ({ averageBytesPerSecond }) => averageBytesPerSecond,
      }),
      ratedCount: t.exposeInt('ratedCount', {
        description: 'Number of backups in `averageBytesPerSecond`: those with a size at the source and a duration.',
      }),
      overdueEntities: t.int({
        nullable: true,
        description:
          'Number of entities that are OVERDUE now, of the providers, kinds and entities that the filter selects. The other fields of the filter are ignored, and entities that were never backed up do not count. Only what lists tell of removed data is used: an entity whose only success was removed may be OVERDUE by `Protection.dataPresence` and not counted here. Null if the state of any entity is UNKNOWN. It costs reads of its own, only if selected.',
        resolve: ({ filter }, _args, { catalog, loaders, signal }) =>
          catalog.reads.countOverdue(filter, loaders.newestSuccesses, signal),
      }),
      isComplete: t.boolean({ description: completeDescription, resolve: ({ problems }) => problems.length === 0 }),
      problems: t.field({
        type: [refs.ProviderProblem],
        description: problemsDescription,
        resolve: ({ problems }) => [...problems],
      }),
    }),
  });
}

function defineTimelineType(builder: Builder, refs: Refs, SizeCounts: SizeCountsRef) {
  const Point = builder.objectRef<TimelinePoint>('BackupTimelinePoint').implement({
    description: 'Numbers of one bucket of a timeline.',
    fields: (t) => ({
      start: t.field({
        type: 'DateTime',
        description: 'Start of the bucket, inclusive.',
        resolve: ({ start }) => start,
      }),
      end: t.field({ type: 'DateTime', description: 'End of the bucket, exclusive.', resolve: ({ end }) => end }),
      succeeded: t.exposeInt('succeeded', {
        description: 'Number of backups that succeeded, with or without warnings.',
      }),
      failed: t.exposeInt('failed', { description: 'Number of backups that failed.' }),
      other: t.exposeInt('other', {
        description: 'Number of all other backups: queued, running, cancelled, skipped, unknown.',
      }),
      originalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Sum of the source bytes, of the backups whose size is known; null if none is.',
        resolve: ({ originalBytes }) => originalBytes,
      }),
      storedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Sum of the bytes in their storage, of the backups whose stored size is known; null if none is.',
        resolve: ({ storedBytes }) => storedBytes,
      }),
      sizedCount: t.field({
        type: SizeCounts,
        description: 'Number of backups in `originalBytes` and in `storedBytes`, and those with other sizes.',
        resolve: ({ sizedCount }) => sizedCount,
      }),
      successRate: t.float({
        nullable: true,
        description: successRateDescription,
        resolve: ({ successRate }) => successRate,
      }),
      timedCount: t.exposeInt('timedCount', { description: 'Number of backups in `durationSeconds`.' }),
      durationSeconds: t.float({
        nullable: true,
        description: 'Sum of the durations in seconds, of the backups that have both times; null if none has.',
        resolve: ({ durationSeconds }) => durationSeconds,
      }),
    }),
  });
  return builder
    .objectRef<{ points: readonly TimelinePoint[]; problems: readonly Problem[] }>('BackupTimeline')
    .implement({
      description: 'Numbers of backups over time.',
      fields: (t) => ({
        points: t.field({
          type: [Point],
          complexity: { multiplier: maxPoints },
          description: 'One point for each bucket of the range, including empty ones, oldest first.',
          resolve: ({ points }) => [...points],
        }),
        isComplete: t.boolean({ description: completeDescription, resolve: ({ problems }) => problems.length === 0 }),
        problems: t.field({
          type: [refs.ProviderProblem],
          description: problemsDescription,
          resolve: ({ problems }) => [...problems],
        }),
      }),
    });
}
