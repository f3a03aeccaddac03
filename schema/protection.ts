import { maxCounted } from '../src/lists/latest.ts';
import type { LastKnownProtection } from '../src/lists/protection.ts';
import type { Builder } from './builder.ts';
import type { Refs } from './refs.ts';
import { lookup } from './weights.ts';

export function defineProtection(builder: Builder, refs: Refs): void {
  const LastKnown = builder.objectRef<LastKnownProtection>('LastKnownProtection').implement({
    description: 'Whether an entity was protected when its provider answered last, from the history.',
    fields: (t) => ({
      status: t.field({
        type: refs.ProtectionStatus,
        description: 'The state at `asOf`; never UNKNOWN.',
        resolve: ({ status }) => status,
      }),
      asOf: t.field({
        type: 'DateTime',
        description: 'When the provider answered last. Backups since then are not known.',
        resolve: ({ asOf }) => asOf,
      }),
    }),
  });
  refs.Protection.implement({
    description:
      'Whether an entity is protected now. A success is a backup that is SUCCEEDED or SUCCEEDED_WITH_WARNINGS and whose data is not known to be removed: see `dataPresence`.',
    fields: (t) => ({
      status: t.field({
        type: refs.ProtectionStatus,
        description: 'The state. PROTECTED only if that is proven.',
        resolve: ({ status }) => status,
      }),
      lastSuccessAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the newest known success ended, or its `sortedAt` if the product does not tell. If `status` is UNKNOWN there may be a newer one. Null if none is known.',
        resolve: ({ lastSuccessAt }) => lastSuccessAt,
      }),
      expectedEverySeconds: t.int({
        nullable: true,
        description:
          'Longest expected time from one success to the next, in seconds, as configured, without the grace; null if nothing or a schedule is expected.',
        resolve: ({ expectedEverySeconds }) => expectedEverySeconds,
      }),
      expectedSchedule: t.string({
        nullable: true,
        description:
          'When a backup is expected to start, as configured: a cron expression of five fields and an IANA time zone, such as `0 1 * * * Europe/Berlin`. Null if nothing or an interval is expected.',
        resolve: ({ expectedSchedule }) => expectedSchedule,
      }),
      dueAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'Deadline of the next success, grace included: after it the entity is OVERDUE. With an interval it counts from `lastSuccessAt`; with a schedule it belongs to the first slot after the start of the newest known success. If `status` is UNKNOWN there may be a newer success and a later deadline. Null if nothing is expected, or if the time of no success is known.',
        resolve: ({ dueAt }) => dueAt,
      }),
      dataPresence: t.field({
        type: refs.DataPresence,
        nullable: true,
        complexity: lookup,
        description:
          'Whether the data of the success behind `status` still exists; null if there is no success. If this field is selected, the products are asked, and a success whose data was removed does not count; otherwise only what lists tell is used. UNKNOWN counts as existing.',
        resolve: ({ dataPresence }) => dataPresence,
      }),
      failuresSinceLastSuccess: t.int({
        nullable: true,
        description: `Number of FAILED backups that are newer than the newest success, or of all if there is none; ${maxCounted} means ${maxCounted} or more. Failures without a time do not count. Null if it cannot be determined.`,
        resolve: ({ failuresSinceLastSuccess }) => failuresSinceLastSuccess,
      }),
      lastKnown: t.field({
        type: LastKnown,
        nullable: true,
        description:
          'If `status` is UNKNOWN, the state when the provider answered last. Null for any other status, if the history is off, and if it has no success of the entity: it may begin later than that success. Reading it sends no request to the provider.',
        resolve: ({ status, of }, _args, { loaders }) => (status === 'UNKNOWN' ? loaders.lastKnown.load(of) : null),
      }),
    }),
  });
}
