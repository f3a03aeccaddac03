/** The GraphQL types of Labii. */
import type { Builder } from '../../schema/builder.ts';
import { idempotencyKeyDescription } from '../../schema/idempotency-key.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Refs } from '../../schema/refs.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import type { LabiiDetails, LabiiEntityDetails } from './map.ts';

export const labiiSchema: ProductSchema = {
  kind: 'labii',
  description: 'Labii: organisations of an electronic lab notebook.',
  backupType: 'LabiiBackup',
  entityType: 'LabiiOrganization',
  defineFilter,
  define(builder, refs) {
    defineEntity(builder, refs);
    defineBackup(builder, refs);
    return { createInput: defineCreateInput(builder) };
  },
};

function defineFilter(builder: Builder) {
  return builder.inputType('LabiiBackupFilter', {
    description: 'Selects backups of Labii.',
    fields: (t) => ({
      organizationSids: t.stringList({
        description: 'Only backups of these organisations, by Labii’s own id; case-sensitive.',
      }),
    }),
  });
}

function defineEntity(builder: Builder, refs: Refs): void {
  builder.objectRef<ProtectedEntity<LabiiEntityDetails>>('LabiiOrganization').implement({
    description: 'An organisation in Labii. Labii backs it up as a whole.',
    interfaces: [refs.ProtectedEntity, refs.Node],
    fields: (t) => ({
      sid: t.string({
        description: 'Labii’s id of the organisation; case-sensitive.',
        resolve: ({ details }) => details.sid,
      }),
    }),
  });
}

function defineBackup(builder: Builder, refs: Refs): void {
  builder.objectRef<Backup<LabiiDetails>>('LabiiBackup').implement({
    description: 'A backup of a Labii organisation.',
    interfaces: [refs.Backup, refs.Node],
    fields: (t) => ({
      sid: t.string({
        description: 'Labii’s id of the backup; case-sensitive.',
        resolve: ({ details }) => details.sid,
      }),
      databaseSize: t.string({
        nullable: true,
        description:
          'Size as Labii writes it, such as `47.0 MB`. `size.originalBytes` is parsed from it and is as rounded.',
        resolve: ({ details }) => details.databaseSize,
      }),
      canChange: t.boolean({
        nullable: true,
        description: 'Whether Labii lets the configured account change the backup; null if it does not tell.',
        resolve: ({ details }) => details.canChange,
      }),
    }),
  });
}

function defineCreateInput(builder: Builder) {
  return builder.inputType('CreateLabiiBackupInput', {
    description: 'Starts a backup of a Labii organisation. Labii takes no other settings and may bill the backup.',
    fields: (t) => ({
      entityId: t.id({ required: true, description: 'Id of a LabiiOrganization.' }),
      idempotencyKey: t.string({ description: idempotencyKeyDescription }),
    }),
  });
}
