/** The schedules by which a product starts backups itself. */
import type { Schedule } from '../src/core/model.ts';
import type { Builder } from './builder.ts';

export const defineSchedule = (builder: Builder) =>
  builder.objectRef<Schedule>('BackupSchedule').implement({
    description: 'A schedule by which a product starts backups itself. It can only be read.',
    fields: (t) => ({
      externalId: t.exposeString('externalId', {
        description: 'The product’s own id, as text; unique within the provider.',
      }),
      name: t.exposeString('name', { nullable: true, description: 'Its name; null if it has none.' }),
      isEnabled: t.exposeBoolean('isEnabled', {
        nullable: true,
        description: 'Whether the product starts backups by it now; null if the product does not tell.',
      }),
      expression: t.exposeString('expression', {
        nullable: true,
        description:
          'When it runs, to show: the cron expression of Borg UI, or days and time of vProtect as words, such as `at 02:00, MONDAY, THURSDAY`. Null if it cannot be read.',
      }),
      timeZone: t.exposeString('timeZone', {
        nullable: true,
        description:
          'Time zone of `expression`, by its IANA name; null if the product does not tell. vProtect never does.',
      }),
      nextRunAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it runs next, as the product tells it; null if it does not. vProtect never does.',
        resolve: ({ nextRunAt }) => nextRunAt,
      }),
      lastRunAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When it ran last; null if it never did, or the product does not tell. vProtect never does.',
        resolve: ({ lastRunAt }) => lastRunAt,
      }),
    }),
  });
