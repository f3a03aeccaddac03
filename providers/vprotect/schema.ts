/** The GraphQL types of vProtect. */
import { type Builder, describe } from '../../schema/builder.ts';
import { toBackupConnection } from '../../schema/connection.ts';
import { idempotencyKeyDescription } from '../../schema/idempotency-key.ts';
import { toListFilter } from '../../schema/inputs.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Refs } from '../../schema/refs.ts';
import { list, lookup, page } from '../../schema/weights.ts';
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
  defineFilter,
  define(builder, refs) {
    defineEntity(builder, refs);
    defineBackup(builder, refs);
    return { createInput: defineCreateInput(builder) };
  },
};

const defineEntityType = (builder: Builder) =>
  builder.enumType('VProtectEntityType', {
    description: 'Kind of an entity of vProtect.',
    values: describe(entityTypes, entityTypeDescriptions),
  });

/** The first definition of a builder, which the types share. */
const entityTypeRefs = new WeakMap<Builder, ReturnType<typeof defineEntityType>>();
function entityTypeOf(builder: Builder) {
  const ref = entityTypeRefs.get(builder) ?? defineEntityType(builder);
  entityTypeRefs.set(builder, ref);
  return ref;
}

const applied =
  'vProtect applies these fields itself. A version that does not know one of them may ignore it, and then returns other backups as well.';

function defineFilter(builder: Builder) {
  return builder.inputType('VProtectBackupFilter', {
    description: `Selects backups of vProtect, by its own GUIDs; several fields must all match. ${applied}`,
    fields: (t) => ({
      policyGuids: t.stringList({ description: 'Only backups of entities with one of these backup policies.' }),
      ruleGuid: t.string({ description: 'Only backups by this rule of a policy.' }),
      destinationGuid: t.string({ description: 'Only backups in this backup destination.' }),
      hypervisorGuid: t.string({ description: 'Only backups of machines on this hypervisor.' }),
      hypervisorManagerGuid: t.string({ description: 'Only backups of machines of this hypervisor manager.' }),
      nodeGuid: t.string({ description: 'Only backups by this node of vProtect.' }),
      storageProviderGuid: t.string({ description: 'Only backups of entities of this storage provider.' }),
      cloudProviderGuid: t.string({ description: 'Only backups of entities of this cloud service provider.' }),
      entityType: t.field({
        type: entityTypeOf(builder),
        description: 'Only backups of entities of this kind. UNKNOWN matches nothing.',
      }),
      parentBackupGuid: t.string({ description: 'Only backups that build directly on this backup.' }),
      rootBackupGuid: t.string({ description: 'Only backups of the chain that begins with this backup.' }),
      onlyMountable: t.boolean({ description: 'True: only backups that vProtect can mount.' }),
      withoutHidden: t.boolean({ description: 'True: without backups that are hidden in vProtect.' }),
    }),
  });
}

function defineEntity(builder: Builder, refs: Refs): void {
  const reported = defineReported(builder);
  builder.objectRef<ProtectedEntity<VProtectEntityDetails>>('VProtectEntity').implement({
    description: 'A machine, or another entity, of which vProtect has at least one backup.',
    interfaces: [refs.ProtectedEntity, refs.Node],
    fields: (t) => ({
      guid: t.string({ description: 'vProtect’s own id.', resolve: ({ details }) => details.guid }),
      entityType: t.field({
        type: entityTypeOf(builder),
        nullable: true,
        description: 'Kind of the entity; null if vProtect does not tell.',
        resolve: ({ details }) => details.entityType,
      }),
      policyGuid: t.string({
        nullable: true,
        description:
          'GUID of its backup policy, as in `filter.vprotect.policyGuids`; null if it has none. Told of machines only.',
        resolve: ({ details }) => details.policyGuid,
      }),
      policyName: t.string({
        nullable: true,
        description: 'Name of that policy; null likewise.',
        resolve: ({ details }) => details.policyName,
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
      parent: t.field({
        type: refs.Backup,
        nullable: true,
        complexity: lookup,
        description:
          'The backup that this one builds on. Null for a full backup, if vProtect does not tell it, or if that backup is gone.',
        resolve: ({ provider, details: { parentGuid } }, _args, { loaders }) =>
          parentGuid === null ? null : loaders.backup.load({ provider, localId: parentGuid }),
      }),
      root: t.field({
        type: refs.Backup,
        nullable: true,
        complexity: 2 * lookup,
        description:
          'The full backup with which the chain begins: the backup itself if it is full. Null if vProtect does not tell it, or if that backup is gone. Lists do not tell it: it costs one call for each chain of the page that is not known yet, only if selected.',
        async resolve(backup, _args, { loaders }) {
          const { provider } = backup;
          const localId = await loaders.chainRoot.load(backup);
          if (localId === backup.localId) return backup;
          return localId === null ? null : loaders.backup.load({ provider, localId });
        },
      }),
      children: t.field({
        type: refs.BackupConnection,
        nullable: true,
        complexity: page(list),
        args: refs.pageArgs,
        description:
          'The backups that build directly on this one, newest first; empty if there are none. It costs a list for each backup of the page, only if selected.',
        async resolve({ provider, localId }, paging, { catalog, signal }, info) {
          const filter = {
            ...toListFilter({ providers: [provider] }),
            own: { vprotect: { parentBackupGuid: localId } },
          };
          const query = { page: paging, filter, isAscending: false };
          return toBackupConnection(await catalog.reads.listBackups(query, signal), info);
        },
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
