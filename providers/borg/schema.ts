/** The GraphQL types of Borg UI. */
import type { Builder } from '../../schema/builder.ts';
import { idempotencyKeyDescription } from '../../schema/idempotency-key.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Refs } from '../../schema/refs.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import type { BorgEntityDetails } from './entity-map.ts';
import type { BorgDetails } from './map.ts';

export const borgSchema: ProductSchema = {
  kind: 'borg',
  description: 'Borg UI: files, in Borg repositories.',
  backupType: 'BorgBackup',
  entityType: 'BorgRepository',
  defineFilter,
  define(builder, refs) {
    defineEntity(builder, refs);
    defineBackup(builder, refs);
    return { createInput: defineCreateInput(builder) };
  },
};

function defineFilter(builder: Builder) {
  return builder.inputType('BorgBackupFilter', {
    description: 'Selects backups of Borg UI; both fields must match.',
    fields: (t) => ({
      scheduledJobId: t.string({ description: 'Only backups that the schedule with this number started.' }),
      backupPlanId: t.string({ description: 'Only backups that the backup plan with this number started.' }),
    }),
  });
}

function defineEntity(builder: Builder, refs: Refs): void {
  builder.objectRef<ProtectedEntity<BorgEntityDetails>>('BorgRepository').implement({
    description: 'A Borg repository, with the source folders that are backed up into it.',
    interfaces: [refs.ProtectedEntity, refs.Node],
    fields: (t) => ({
      path: t.string({ description: 'Path or address of the repository.', resolve: ({ details }) => details.path }),
    }),
  });
}

function defineBackup(builder: Builder, refs: Refs): void {
  builder.objectRef<Backup<BorgDetails>>('BorgBackup').implement({
    description: 'A backup job of Borg UI.',
    interfaces: [refs.Backup, refs.Node],
    fields: (t) => ({
      jobId: t.string({ description: 'Number of the job in Borg UI.', resolve: ({ details }) => details.jobId }),
      repository: t.string({
        description: 'Path of the repository, also of one that is no longer registered.',
        resolve: ({ details }) => details.repository,
      }),
      maintenanceStatus: t.string({
        nullable: true,
        description:
          'Borg UI’s word for the pruning, compacting or checking after the backup, such as `running_prune`; null if there was none.',
        resolve: ({ details }) => details.maintenanceStatus,
      }),
      scheduledJobId: t.string({
        nullable: true,
        description: 'Number of the schedule that started the job; null if none did. Only lists tell.',
        resolve: ({ details }) => details.scheduledJobId,
      }),
      backupPlanId: t.string({
        nullable: true,
        description: 'Number of the backup plan that started the job; null if none did, or Borg UI does not tell.',
        resolve: ({ details }) => details.backupPlanId,
      }),
      backupPlanName: t.string({
        nullable: true,
        description: 'Name of that plan; null likewise.',
        resolve: ({ details }) => details.backupPlanName,
      }),
      hasLog: t.boolean({
        nullable: true,
        description: 'Whether Borg UI has stored a log of the job. Only lists tell; null if not known.',
        resolve: ({ details }) => details.hasLog,
      }),
    }),
  });
}

function defineCreateInput(builder: Builder) {
  return builder.inputType('CreateBorgBackupInput', {
    description: 'Starts a backup of a Borg repository. Borg UI takes no other settings.',
    fields: (t) => ({
      entityId: t.id({ required: true, description: 'Id of a BorgRepository.' }),
      idempotencyKey: t.string({ description: idempotencyKeyDescription }),
    }),
  });
}
