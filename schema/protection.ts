import { maxCounted } from '../src/core/lists/latest.ts';
import type { Refs } from './refs.ts';

export function defineProtection(refs: Refs): void {
  refs.Protection.implement({
    description:
      'Whether a thing is protected right now. A success is a backup that SUCCEEDED or SUCCEEDED_WITH_WARNINGS and whose data is still there.',
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
          'Longest time from one success to the next, in seconds, as configured; null where nothing is expected.',
        resolve: ({ expectedEverySeconds }) => expectedEverySeconds,
      }),
      failuresSinceLastSuccess: t.int({
        nullable: true,
        description: `How many backups FAILED that are newer than the newest success, or at all where there is none; ${maxCounted} means so many or more. Failures that the product gives no time are not newer than anything. Null where it is not proven.`,
        resolve: ({ failuresSinceLastSuccess }) => failuresSinceLastSuccess,
      }),
    }),
  });
}
