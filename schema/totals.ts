/** Numbers over months, from the history. */
import type { StoredSum } from '../src/core/history.ts';
import type { Problem } from '../src/core/provider.ts';
import { nextTurn } from '../src/core/turns.ts';
import {
  maxDurations,
  maxGroups,
  type TotalsAnswer,
  type TotalsGroup,
  type TotalsGroupBy,
  totalsGroups,
} from '../src/lists/totals.ts';
import { type Builder, describe } from './builder.ts';
import { readsOfTotals } from './cost.ts';
import { toListFilter } from './inputs.ts';
import type { Refs } from './refs.ts';
import { isSelected } from './selected.ts';

const groupDescriptions: Record<TotalsGroupBy, string> = {
  PROVIDER: 'Each provider.',
  KIND: 'Each product.',
  ENTITY: 'Each entity; backups that do not tell theirs are a group of their provider.',
  TYPE: 'Each type.',
  TRIGGER: 'Each trigger.',
  STATUS: 'Each status.',
  DAY: 'Days of `timeZone`, from midnight: 23 or 25 hours if clocks change.',
  WEEK: 'Weeks of `timeZone`, from Monday 00:00.',
  MONTH: 'Months of `timeZone`, from the first day 00:00.',
};

/** A group is made from what the database of the gateway has: a tenth of a row. */
const groups = { field: 1, multiplier: maxGroups / 10 };

export function defineTotals(builder: Builder, refs: Refs): void {
  const GroupBy = builder.enumType('BackupGroupBy', {
    description: 'What totals are grouped by.',
    values: describe(totalsGroups, groupDescriptions),
  });
  const Group = defineGroup(builder, refs);
  const Totals = builder.objectRef<TotalsAnswer>('BackupTotals').implement({
    description: 'Numbers over the stored backups, also over those that their provider does not list any more.',
    fields: (t) => ({
      groups: t.field({
        type: [Group],
        complexity: groups,
        description: `Groups that have a backup, the oldest first, then by the values that they are grouped by. At most ${maxGroups.toLocaleString('en')}: more are BAD_USER_INPUT. Without \`groupBy\` there is one.`,
        resolve: ({ groups: found }, _args, { signal }) => inSlices(found, signal),
      }),
      asOf: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the provider was read that was read first: later changes may be missing. Null if none was.',
        resolve: ({ asOf }) => asOf,
      }),
      isComplete: t.boolean({
        description: 'False if backups may be missing; `problems` tells of which provider.',
        resolve: ({ problems }) => problems.length === 0,
      }),
      problems: t.field({
        type: [refs.ProviderProblem],
        description: 'What is missing from these numbers, and why. Empty if nothing is missing.',
        resolve: ({ problems }): Problem[] => [...problems],
      }),
    }),
  });
  builder.queryField('backupTotals', (t) =>
    t.field({
      type: Totals,
      nullable: true,
      extensions: { reads: readsOfTotals },
      description:
        'Numbers over all stored backups of any range, by group: from the history, without a request to a provider. UNSUPPORTED if the history is off.',
      args: {
        filter: t.arg({
          type: refs.BackupFilter,
          description:
            'Which backups to include; all by default. Only `providers`, `kinds`, `entities`, `statuses`, `types`, `triggers`, `startedAfter` and `startedBefore`: others are BAD_USER_INPUT.',
        }),
        groupBy: t.arg({
          type: [GroupBy],
          required: true,
          defaultValue: [],
          description: 'Each value of these has a group of its own. At most one of DAY, WEEK and MONTH.',
        }),
        timeZone: t.arg.string({
          required: true,
          defaultValue: 'UTC',
          description:
            'Time zone of days, weeks and months, as a name of the IANA database such as `Europe/Paris`. Another text is BAD_USER_INPUT.',
        }),
      },
      resolve: (_root, { filter, groupBy: by, timeZone }, { catalog, signal }, info) => {
        const sums = sumNames.filter((sum) => fieldsOfSums[sum].some((field) => isSelected(info, 'groups', field)));
        return catalog.history.totals(toListFilter(filter), { by, timeZone, sums }, signal);
      },
    }),
  );
}

/** Fields of a group that need each sum. */
const fieldsOfSums = {
  duration: ['durationSeconds', 'timedCount', 'medianDurationSeconds', 'p95DurationSeconds'],
  originalBytes: ['originalBytes', 'originalCount'],
  storedBytes: ['storedBytes', 'storedCount'],
} as const satisfies Record<StoredSum, readonly string[]>;

const sumNames = Object.keys(fieldsOfSums) as StoredSum[];

const groupsOfTurn = 50;

/** The executor goes on with those of each turn of the event loop, since all at once would keep others waiting. */
function inSlices<T>(items: readonly T[], signal: AbortSignal): Promise<T>[] {
  let turn = Promise.resolve();
  return items.map((item, index) => {
    if (index > 0 && index % groupsOfTurn === 0) turn = turn.then(() => nextTurn(signal));
    return turn.then(() => item);
  });
}

const onlyBy = (group: string) => `Null unless they are grouped by ${group}.`;

const defineGroup = (builder: Builder, refs: Refs) =>
  builder.objectRef<TotalsGroup>('BackupTotalsGroup').implement({
    description: 'Numbers over one group of backups.',
    fields: (t) => ({
      provider: t.field({
        type: refs.Provider,
        nullable: true,
        description: `The provider. ${onlyBy('PROVIDER')}`,
        resolve: ({ provider }, _args, { catalog }) => (provider === null ? null : catalog.scope.require(provider)),
      }),
      kind: t.field({
        type: refs.ProviderKind,
        nullable: true,
        description: `The product. ${onlyBy('KIND')}`,
        resolve: ({ kind }) => kind,
      }),
      entity: t.field({
        type: refs.ProtectedEntity,
        nullable: true,
        description: `The entity. ${onlyBy('ENTITY')} Null also if the backups do not tell it, or the product no longer knows it.`,
        resolve: ({ entity }, _args, { loaders }) => entity && loaders.entity.load(entity),
      }),
      entityExternalId: t.string({
        nullable: true,
        description: 'The product’s own id of the entity, also of one that the product no longer knows.',
        resolve: ({ entity }) => entity?.localId ?? null,
      }),
      type: t.field({
        type: refs.BackupType,
        nullable: true,
        description: `The type. ${onlyBy('TYPE')}`,
        resolve: ({ type }) => type,
      }),
      trigger: t.field({
        type: refs.BackupTrigger,
        nullable: true,
        description: `The trigger. ${onlyBy('TRIGGER')}`,
        resolve: ({ trigger }) => trigger,
      }),
      status: t.field({
        type: refs.BackupStatus,
        nullable: true,
        description: `The status. ${onlyBy('STATUS')}`,
        resolve: ({ status }) => status,
      }),
      start: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'First moment of the day, week or month in which the backups started. Null unless they are grouped by one, and for backups whose product tells no time.',
        resolve: ({ span }) => span?.start ?? null,
      }),
      end: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'End of it, exclusive. Null likewise.',
        resolve: ({ span }) => span?.end ?? null,
      }),
      ...defineNumbers(t),
    }),
  });

type GroupFields = Parameters<NonNullable<Parameters<ReturnType<typeof ofGroup>['implement']>[0]['fields']>>[0];
const ofGroup = (builder: Builder) => builder.objectRef<TotalsGroup>('BackupTotalsGroup');

const defineNumbers = (t: GroupFields) => ({
  count: t.exposeInt('count', { description: 'Number of backups.' }),
  succeeded: t.exposeInt('succeeded', { description: 'Number of those that succeeded, with or without warnings.' }),
  failed: t.exposeInt('failed', { description: 'Number of those that failed.' }),
  other: t.exposeInt('other', { description: 'Number of all others: queued, running, cancelled, skipped, unknown.' }),
  successRate: t.exposeFloat('successRate', {
    nullable: true,
    description: 'Share of successes among those that succeeded or failed, 0 to 1; null if there are none.',
  }),
  durationSeconds: t.exposeFloat('durationSeconds', {
    nullable: true,
    description: 'Sum of the durations in seconds, of the backups that have both times; null if none has.',
  }),
  timedCount: t.exposeInt('timedCount', { description: 'Number of backups in `durationSeconds`.' }),
  medianDurationSeconds: t.float({
    nullable: true,
    description: `Median of the durations in seconds. Null if none is known, and if all groups together have more than ${maxDurations.toLocaleString('en')}: narrow the filter.`,
    resolve: async ({ percentiles }) => (await percentiles())?.medianSeconds ?? null,
  }),
  p95DurationSeconds: t.float({
    nullable: true,
    description: 'The shortest duration in seconds that at least 95 % of the backups do not exceed. Null likewise.',
    resolve: async ({ percentiles }) => (await percentiles())?.p95Seconds ?? null,
  }),
  originalBytes: t.field({
    type: 'ByteCount',
    nullable: true,
    description: 'Sum of the source bytes, of the backups whose size is known; null if none is.',
    resolve: ({ originalBytes }) => originalBytes,
  }),
  originalCount: t.exposeInt('originalCount', { description: 'Number of backups in `originalBytes`.' }),
  storedBytes: t.field({
    type: 'ByteCount',
    nullable: true,
    description:
      'Bytes that the backups have put into their storage, of those whose stored size is known; null if none is. By PROVIDER and MONTH it is how much each system grows, before old backups are removed.',
    resolve: ({ storedBytes }) => storedBytes,
  }),
  storedCount: t.exposeInt('storedCount', { description: 'Number of backups in `storedBytes`.' }),
});
