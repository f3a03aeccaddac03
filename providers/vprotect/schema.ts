/** The GraphQL types of vProtect. */
import type { Builder } from '../../schema/builder.ts';
import { idempotencyKeyDescription } from '../../schema/commands.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Refs } from '../../schema/refs.ts';
import { list } from '../../schema/weights.ts';
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
  UNKNOWN: 'vProtect uses a word that this gateway does not know.',
};

export const vprotectSchema: ProductSchema = {
  kind: 'vprotect',
  description: 'Storware vProtect: machines, applications, storage and cloud services.',
  backupType: 'VProtectBackup',
  entityType: 'VProtectEntity',
  define(builder, refs) {
    defineEntity(builder, refs);
    defineBackup(builder, refs);
    return { createInput: defineCreateInput(builder) };
  },
};

function defineEntity(builder: Builder, refs: Refs): void {
  const entityType = builder.enumType('VProtectEntityType', {
    description: 'Kind of an entity of vProtect.',
    values: Object.fromEntries(entityTypes.map((type) => [type, { description: entityTypeDescriptions[type] }])),
  });
  const reported = defineReported(builder);
  builder.objectRef<ProtectedEntity<VProtectEntityDetails>>('VProtectEntity').implement({
    description: 'A machine, or another entity, of which vProtect has at least one backup.',
    interfaces: [refs.ProtectedEntity, refs.Node],
    fields: (t) => ({
      guid: t.string({ description: 'vProtect’s own id.', resolve: ({ details }) => details.guid }),
      entityType: t.field({
        type: entityType,
        nullable: true,
        description: 'Kind of the entity; null if vProtect does not tell.',
        resolve: ({ details }) => details.entityType,
      }),
      reportedStatistics: t.field({
        type: reported,
        nullable: true,
        description:
          'Statistics that vProtect itself reports for this entity. Not verified: vProtect does not document the replies.',
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
}

function defineBackup(builder: Builder, refs: Refs): void {
  builder.objectRef<Backup<VProtectDetails>>('VProtectBackup').implement({
    description: 'A backup of vProtect.',
    interfaces: [refs.Backup, refs.Node],
    fields: (t) => ({
      guid: t.string({ description: 'vProtect’s own id.', resolve: ({ details }) => details.guid }),
      snapshotTime: t.field({
        type: 'DateTime',
        nullable: true,
        description:
          'When the snapshot was made, which is the state that was backed up; null before it, and if it failed.',
        resolve: ({ details }) => details.snapshotTime,
      }),
      backupTime: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'vProtect’s time of the backup, later than the snapshot; null while the backup runs.',
        resolve: ({ details }) => details.backupTime,
      }),
      statusDescription: t.string({
        nullable: true,
        description: 'vProtect’s display text of the status; null if it gives only the word.',
        resolve: ({ details }) => details.statusDescription,
      }),
      typeDescription: t.string({
        nullable: true,
        description: 'vProtect’s display text of the type; null if it gives only the word.',
        resolve: ({ details }) => details.typeDescription,
      }),
      warningsAcknowledged: t.boolean({
        nullable: true,
        description:
          'Whether the warnings are marked as seen; vProtect keeps one mark for all warnings of a backup. Null if it does not tell.',
        resolve: ({ details }) => details.warningsAcknowledged,
      }),
    }),
  });
}

function defineCreateInput(builder: Builder) {
  const exportType = builder.enumType('VProtectExportType', {
    description: 'Kind of backup to request.',
    values: Object.fromEntries(exportTypes.map((type) => [type, { description: exportTypeDescriptions[type] }])),
  });
  return builder.inputType('CreateVProtectBackupInput', {
    description:
      'Starts a backup of one vProtect entity. If the configuration has no destination and no rules, give one of them.',
    fields: (t) => ({
      entityId: t.id({ required: true, description: 'Id of a VProtectEntity.' }),
      type: t.field({
        type: exportType,
        required: true,
        defaultValue: 'FULL',
        description: 'The kind of backup to request. `Backup.type` tells what vProtect made.',
      }),
      destinationGuid: t.string({
        description: 'GUID of the backup destination; by default the configured destination, or the configured rules.',
      }),
      ruleGuids: t.stringList({
        description:
          'GUIDs of backup rules of a policy, which have their own destination. Not together with `destinationGuid`.',
      }),
      priority: t.int({
        required: true,
        defaultValue: defaultPriority,
        description: '0 to 100. Tasks with a higher priority start first.',
      }),
      idempotencyKey: t.string({ description: idempotencyKeyDescription }),
    }),
  });
}

const exportTypeDescriptions: Readonly<Record<(typeof exportTypes)[number], string>> = {
  FULL: 'All data.',
  INCREMENTAL: 'Changes since the last backup. vProtect silently makes a FULL backup if there is none to build on.',
};
