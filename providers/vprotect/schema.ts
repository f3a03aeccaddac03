import { idempotencyKeyDescription } from '../../schema/commands.ts';
import { list } from '../../schema/cost.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import { type EntityType, entityTypes, type VProtectDetails, type VProtectEntityDetails } from './map.ts';
import { defineReported, readReported } from './reported.ts';
import { defaultPriority, exportTypes } from './settings.ts';

const entityTypeDescriptions: Readonly<Record<EntityType, string>> = {
  APP: 'An application, such as a database that is dumped by a script.',
  CLOUD: 'An account of a cloud service, such as a Microsoft 365 organisation.',
  CLOUD_GROUP: 'A group of a cloud service.',
  CLOUD_SITE: 'A site of a cloud service.',
  CLOUD_TEAMS: 'A team of a cloud service.',
  CLOUD_USER: 'A user of a cloud service.',
  OS: 'An operating system.',
  OS_AGENT: 'A machine that is backed up through an agent in it.',
  STORAGE: 'A storage: volumes or file shares.',
  VM: 'A virtual machine.',
  UNKNOWN: 'A word of vProtect’s that this gateway does not know.',
};

export const vprotectSchema: ProductSchema = {
  kind: 'vprotect',
  description: 'Storware vProtect: machines, applications, storage and cloud services.',
  backupType: 'VProtectBackup',
  entityType: 'VProtectEntity',
  define(builder, refs) {
    const entityType = builder.enumType('VProtectEntityType', {
      description: 'What vProtect backs up.',
      values: Object.fromEntries(entityTypes.map((type) => [type, { description: entityTypeDescriptions[type] }])),
    });
    const reported = defineReported(builder);
    builder.objectRef<ProtectedEntity<VProtectEntityDetails>>('VProtectEntity').implement({
      description: 'A machine, or something else of which vProtect has at least one backup.',
      interfaces: [refs.ProtectedEntity, refs.Node],
      fields: (t) => ({
        guid: t.string({ description: 'vProtect’s own id.', resolve: ({ details }) => details.guid }),
        entityType: t.field({
          type: entityType,
          nullable: true,
          description: 'Null where vProtect does not say.',
          resolve: ({ details }) => details.entityType,
        }),
        reportedStatistics: t.field({
          type: reported,
          nullable: true,
          description: 'What vProtect itself reports of this entity. Unverified: its replies are not documented.',
          complexity: list,
          args: {
            from: t.arg({ type: 'DateTime', required: true, description: 'Start of the range.' }),
            to: t.arg({ type: 'DateTime', required: true, description: 'End of the range.' }),
          },
          resolve: (entity, range, { catalog, signal }) =>
            readReported(catalog.scope.require(entity.provider), entity, range, signal),
        }),
      }),
    });
    builder.objectRef<Backup<VProtectDetails>>('VProtectBackup').implement({
      description: 'One backup record of vProtect.',
      interfaces: [refs.Backup, refs.Node],
      fields: (t) => ({
        guid: t.string({ description: 'vProtect’s own id.', resolve: ({ details }) => details.guid }),
        snapshotTime: t.field({
          type: 'DateTime',
          nullable: true,
          description: 'When the snapshot was made, which is what was backed up; null before it, and where it failed.',
          resolve: ({ details }) => details.snapshotTime,
        }),
        backupTime: t.field({
          type: 'DateTime',
          nullable: true,
          description: 'vProtect’s time of the backup itself, later than the snapshot; null while it is going.',
          resolve: ({ details }) => details.backupTime,
        }),
        statusDescription: t.string({
          nullable: true,
          description: 'vProtect’s display text of the status; null where it gives only the word.',
          resolve: ({ details }) => details.statusDescription,
        }),
        typeDescription: t.string({
          nullable: true,
          description: 'vProtect’s display text of the type; null where it gives only the word.',
          resolve: ({ details }) => details.typeDescription,
        }),
        warningsAcknowledged: t.boolean({
          nullable: true,
          description:
            'Somebody has seen the warnings; vProtect keeps one mark for all of them. Null where it does not say.',
          resolve: ({ details }) => details.warningsAcknowledged,
        }),
      }),
    });
    const exportType = builder.enumType('VProtectExportType', {
      description: 'What kind of backup to ask for.',
      values: Object.fromEntries(exportTypes.map((type) => [type, { description: exportTypeDescriptions[type] }])),
    });
    const createInput = builder.inputType('CreateVProtectBackupInput', {
      description: 'A backup of one entity of vProtect. Give a destination or rules where the configuration has none.',
      fields: (t) => ({
        entityId: t.id({ required: true, description: 'Id of a VProtectEntity.' }),
        type: t.field({
          type: exportType,
          required: true,
          defaultValue: 'FULL',
          description: 'What to ask for. The backup’s own type says what was made of it.',
        }),
        destinationGuid: t.string({
          description: 'The backup destination; the configured one, or the configured rules, unless given.',
        }),
        ruleGuids: t.stringList({
          description:
            'Rules of a backup policy, which bring their own destination. Not together with destinationGuid.',
        }),
        priority: t.int({
          required: true,
          defaultValue: defaultPriority,
          description: 'From 0 to 100: tasks with a higher one begin first.',
        }),
        idempotencyKey: t.string({ description: idempotencyKeyDescription }),
      }),
    });
    return { createInput };
  },
};

const exportTypeDescriptions: Readonly<Record<(typeof exportTypes)[number], string>> = {
  FULL: 'Everything.',
  INCREMENTAL: 'What has changed. vProtect makes it FULL without a word where there is no backup to build on.',
};
