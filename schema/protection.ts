import { maxCounted } from '../src/core/lists/latest.ts';
import { lookup } from './cost.ts';
import type { Refs } from './refs.ts';

export function defineProtection(refs: Refs): void {
  refs.Protection.implement({
    description:
      'Whether a thing is protected right now. A success is a backup that SUCCEEDED or SUCCEEDED_WITH_WARNINGS and whose data is not known to be gone: see `dataPresence`.',
    fields: (t) => ({
      status: t.field({
        type: refs.ProtectionStatus,
        description: 'In one word. It is PROTECTED only where that is proven.',
        resolve: ({ status }) => status,
      }),
      lastSuccessAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the newest known success ended; its `sortedAt` where the product does not say. Where `status` is UNKNOWN there may be a newer one; null where none is known.',
        resolve: ({ lastSuccessAt }) => lastSuccessAt,
      }),
      expectedEverySeconds: t.int({
        nullable: true,
        description:
          'Longest time from one success to the next, in seconds, as configured, without the grace; null where nothing is expected, or a schedule is.',
        resolve: ({ expectedEverySeconds }) => expectedEverySeconds,
      }),
      expectedSchedule: t.string({
        nullable: true,
        description:
          'When a backup is expected to start, as configured: the five fields of a cron expression and an IANA time zone, such as `0 1 * * * Europe/Berlin`. Null where nothing is expected, or an interval is.',
        resolve: ({ expectedSchedule }) => expectedSchedule,
      }),
      dueAt: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'Until when the next success is due, the grace included: later than that the entity is OVERDUE. With an interval, it counts from `lastSuccessAt`; with a schedule, it belongs to the first slot after the start of the newest known success. Where `status` is UNKNOWN there may be a newer success, and a later due time. Null where nothing is expected, or no success is known whose time is known.',
        resolve: ({ dueAt }) => dueAt,
      }),
      dataPresence: t.field({
        type: refs.DataPresence,
        nullable: true,
        complexity: lookup,
        description:
          'Whether the data of the success that `status` rests on is still there; null where there is none. Where this is selected the products are asked, and a success whose data is gone does not count; otherwise only what lists tell is known. UNKNOWN counts as a success.',
        resolve: ({ dataPresence }) => dataPresence,
      }),
      failuresSinceLastSuccess: t.int({
        nullable: true,
        description: `How many backups FAILED that are newer than the newest success, or at all where there is none; ${maxCounted} means so many or more. Failures that the product gives no time are not newer than anything. Null where it is not proven.`,
        resolve: ({ failuresSinceLastSuccess }) => failuresSinceLastSuccess,
      }),
    }),
  });
}
