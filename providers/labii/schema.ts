import { idempotencyKeyDescription } from '../../schema/commands.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import type { LabiiDetails, LabiiEntityDetails } from './map.ts';

export const labiiSchema: ProductSchema = {
  kind: 'labii',
  description: 'Labii: whole organisations of an electronic lab notebook.',
  backupType: 'LabiiBackup',
  entityType: 'LabiiOrganization',
  define(builder, refs) {
    builder.objectRef<ProtectedEntity<LabiiEntityDetails>>('LabiiOrganization').implement({
      description: 'An organisation in Labii, which is backed up as a whole.',
      interfaces: [refs.ProtectedEntity, refs.Node],
      fields: (t) => ({
        sid: t.string({
          description: 'Labii’s id of the organisation; upper and lower case differ.',
          resolve: ({ details }) => details.sid,
        }),
      }),
    });
    builder.objectRef<Backup<LabiiDetails>>('LabiiBackup').implement({
      description: 'One backup of a Labii organisation.',
      interfaces: [refs.Backup, refs.Node],
      fields: (t) => ({
        sid: t.string({
          description: 'Labii’s id of the backup; upper and lower case differ.',
          resolve: ({ details }) => details.sid,
        }),
        databaseSize: t.string({
          nullable: true,
          description:
            'The size as Labii writes it, such as `47.0 MB`; `size.originalBytes` is read from it, and as rounded as it is.',
          resolve: ({ details }) => details.databaseSize,
        }),
        canChange: t.boolean({
          nullable: true,
          description: 'Labii lets the configured account change the backup; null where it did not say.',
          resolve: ({ details }) => details.canChange,
        }),
      }),
    });
    const createInput = builder.inputType('CreateLabiiBackupInput', {
      description: 'A backup of a Labii organisation, which Labii may bill; it takes no other settings.',
      fields: (t) => ({
        entityId: t.id({ required: true, description: 'Id of a LabiiOrganization.' }),
        idempotencyKey: t.string({ description: idempotencyKeyDescription }),
      }),
    });
    return { createInput };
  },
};
