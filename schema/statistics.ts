import type { ListFilter } from '../src/core/lists/backup-list.ts';
import type { Statistics } from '../src/core/lists/statistics.ts';
import { maxPoints, type TimelineBucket, type TimelinePoint } from '../src/core/lists/timeline.ts';
import type { BackupStatus } from '../src/core/model.ts';
import type { Problem } from '../src/core/provider.ts';
import { type Builder, describe } from './builder.ts';
import { census, scan } from './cost.ts';
import { toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';

const bucketDescriptions: Record<TimelineBucket, string> = {
  HOUR: 'UTC hours.',
  DAY: 'UTC days.',
  WEEK: 'Weeks from Monday, 00:00 UTC.',
};

const completeDescription =
  'False: a provider is missing, the limit of a scan was reached, or something that a row says cannot be read; `problems` says which.';
const problemsDescription = 'What is missing from these numbers, and why. Empty means nothing.';

interface StatisticsAnswer extends Statistics {
  readonly filter: ListFilter;
  readonly problems: readonly Problem[];
}

export function defineStatistics(builder: Builder, refs: Refs): void {
  const Statistics = defineStatisticsType(builder, refs);
  const Timeline = defineTimelineType(builder, refs);
  const Bucket = builder.enumType('TimelineBucket', {
    description: 'How long one point of a timeline is.',
    values: describe(['HOUR', 'DAY', 'WEEK'], bucketDescriptions),
  });

  builder.queryFields((t) => ({
    backupStatistics: t.field({
      type: Statistics,
      nullable: true,
      complexity: scan,
      description: 'Numbers over every backup that matches. At most 5,000 of each provider are read, the newest first.',
      args: { filter: t.arg({ type: refs.BackupFilter, description: 'Which backups; all unless given.' }) },
      resolve: async (_root, args, { catalog, signal }) => {
        const filter = toListFilter(args.filter);
        return { ...(await catalog.reads.statistics(filter, signal)), filter };
      },
    }),
    backupTimeline: t.field({
      type: Timeline,
      nullable: true,
      complexity: scan,
      description: 'How many backups succeeded and failed over time, by `sortedAt`. At most 400 points.',
      args: {
        from: t.arg({ type: 'DateTime', required: true, description: 'Start of the range, inclusive.' }),
        to: t.arg({ type: 'DateTime', required: true, description: 'End of the range, exclusive.' }),
        bucket: t.arg({ type: Bucket, required: true, defaultValue: 'DAY', description: 'Length of one point.' }),
        filter: t.arg({ type: refs.BackupFilter, description: 'Which backups; all unless given.' }),
      },
      resolve: (_root, { from, to, bucket, filter }, { catalog, signal }) =>
        catalog.reads.timeline({ from, to, bucket }, toListFilter(filter), signal),
    }),
  }));
}

function defineStatisticsType(builder: Builder, refs: Refs) {
  const StatusCount = builder.objectRef<{ status: BackupStatus; count: number }>('StatusCount').implement({
    description: 'How many backups stand alike.',
    fields: (t) => ({
      status: t.field({ type: refs.BackupStatus, description: 'How they stand.', resolve: ({ status }) => status }),
      count: t.exposeInt('count', { description: 'How many.' }),
    }),
  });
  const ProviderCount = builder.objectRef<{ provider: string; count: number }>('ProviderCount').implement({
    description: 'How many backups one provider has.',
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        description: 'The provider.',
        resolve: ({ provider }, _args, { catalog }) => catalog.scope.require(provider),
      }),
      count: t.exposeInt('count', { description: 'How many; 0 also where it could not be asked: see `problems`.' }),
    }),
  });
  return builder.objectRef<StatisticsAnswer>('BackupStatistics').implement({
    description: 'Numbers over many backups.',
    fields: (t) => ({
      count: t.exposeInt('count', { description: 'How many match.' }),
      byStatus: t.field({
        type: [StatusCount],
        description: 'How many of each status that occurs.',
        resolve: ({ byStatus }) => [...byStatus],
      }),
      byProvider: t.field({
        type: [ProviderCount],
        description: 'How many of each provider that was asked, by name.',
        resolve: ({ byProvider }) => [...byProvider],
      }),
      totalSize: t.field({
        type: refs.BackupSize,
        description: 'Sums of the sizes that are known; null where none is.',
        resolve: ({ totalSize }) => totalSize,
      }),
      averageDurationSeconds: t.float({
        nullable: true,
        description: 'Mean seconds from start to end, of those that have both; null where none has.',
        resolve: ({ averageDurationSeconds }) => averageDurationSeconds,
      }),
      averageBytesPerSecond: t.float({
        nullable: true,
        description: 'Source bytes over seconds, of those that have a size and a duration; null where none has.',
        resolve: ({ averageBytesPerSecond }) => averageBytesPerSecond,
      }),
      overdueEntities: t.int({
        nullable: true,
        complexity: census,
        description:
          'How many entities are OVERDUE now, of the providers, kinds and entities that the filter selects; its other parts do not matter, and neither does what was never backed up. Null where that of any entity is UNKNOWN. It costs reads of its own, only when selected.',
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

function defineTimelineType(builder: Builder, refs: Refs) {
  const Point = builder.objectRef<TimelinePoint>('BackupTimelinePoint').implement({
    description: 'One bucket of a timeline.',
    fields: (t) => ({
      start: t.field({ type: 'DateTime', description: 'Its start, inclusive.', resolve: ({ start }) => start }),
      end: t.field({ type: 'DateTime', description: 'Its end, exclusive.', resolve: ({ end }) => end }),
      succeeded: t.exposeInt('succeeded', { description: 'Backups that ended well, with warnings or without.' }),
      failed: t.exposeInt('failed', { description: 'Backups that failed.' }),
      other: t.exposeInt('other', { description: 'All others: running, cancelled, skipped, unknown.' }),
      originalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Source bytes of those whose size is known; null where none is.',
        resolve: ({ originalBytes }) => originalBytes,
      }),
      durationSeconds: t.float({
        nullable: true,
        description: 'Seconds that they took together, of those that have both times; null where none has.',
        resolve: ({ durationSeconds }) => durationSeconds,
      }),
    }),
  });
  return builder
    .objectRef<{ points: readonly TimelinePoint[]; problems: readonly Problem[] }>('BackupTimeline')
    .implement({
      description: 'Backups over time.',
      fields: (t) => ({
        points: t.field({
          type: [Point],
          complexity: { multiplier: maxPoints },
          description: 'One for each bucket of the range, also where nothing happened, oldest first.',
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
