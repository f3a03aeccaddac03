/** Types of trends and of what is unusual. */
import type { Run } from '../src/core/history.ts';
import { type Anomaly, type AnomalyKind, anomalyKinds, maxComparable, minComparable } from '../src/lists/anomalies.ts';
import { type Builder, describe } from './builder.ts';
import type { Refs } from './refs.ts';

export const defineTrendPoint = (builder: Builder, refs: Refs) =>
  builder.objectRef<Run>('TrendPoint').implement({
    description: 'Numbers of one successful backup of an entity.',
    fields: (t) => ({
      externalId: t.exposeString('externalId', { description: 'The product’s own id of the backup, as text.' }),
      startedAt: t.field({
        type: 'DateTime',
        description: '`sortedAt` of the backup: when it started, as near as the product tells.',
        resolve: ({ startedAt }) => startedAt,
      }),
      type: t.field({ type: refs.BackupType, description: 'What the backup contains.', resolve: ({ type }) => type }),
      durationSeconds: t.float({
        nullable: true,
        description: 'Seconds from its start to its end; null if the product gave no times.',
        resolve: ({ durationSeconds }) => durationSeconds,
      }),
      originalBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes at the source; null if the product does not tell.',
        resolve: ({ originalBytes }) => originalBytes,
      }),
      storedBytes: t.field({
        type: 'ByteCount',
        nullable: true,
        description: 'Bytes in its storage; null if the product does not tell.',
        resolve: ({ storedBytes }) => storedBytes,
      }),
      itemCount: t.float({
        nullable: true,
        description: 'Number of records or files; null if the product does not tell.',
        resolve: ({ itemCount }) => itemCount,
      }),
    }),
  });

const kindDescriptions: Record<AnomalyKind, string> = {
  SIZE_DROP: 'It is much smaller: at the source if that is known, otherwise as stored. In bytes.',
  SIZE_JUMP: 'It is much larger, likewise. In bytes.',
  DURATION_LONG: 'It took much longer. In seconds.',
  ITEM_DROP: 'It has far fewer records or files.',
};

export function defineAnomaly(builder: Builder) {
  const BackupAnomalyKind = builder.enumType('BackupAnomalyKind', {
    description: 'What is unusual of a backup.',
    values: describe(anomalyKinds, kindDescriptions),
  });
  return builder.objectRef<Anomaly>('BackupAnomaly').implement({
    description: `A number of a backup that is far from those of comparable runs: up to ${maxComparable} successes of the same entity and type before it, and at least ${minComparable}. Far is more than five scaled median absolute deviations, and a large share of the median; a value that came three times among those runs is usual.`,
    fields: (t) => ({
      kind: t.field({ type: BackupAnomalyKind, description: 'What is unusual.', resolve: ({ kind }) => kind }),
      expected: t.exposeFloat('expected', { description: 'Median of the comparable runs, in the unit of `kind`.' }),
      actual: t.exposeFloat('actual', { description: 'The number of this backup, likewise.' }),
      basedOn: t.exposeInt('basedOn', { description: 'Number of comparable runs that have the number.' }),
    }),
  });
}
