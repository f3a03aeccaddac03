import { describe } from '../../schema/builder.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import { type FlosumDetails, orgTypes, type SalesforceOrgDetails } from './map.ts';

export const flosumSchema: ProductSchema = {
  kind: 'flosum',
  description: 'Flosum Backup & Archive: the data and metadata of Salesforce orgs.',
  backupType: 'FlosumBackup',
  entityType: 'SalesforceOrg',
  define(builder, refs) {
    const OrgType = builder.enumType('SalesforceOrgType', {
      description: 'What a Salesforce org is for.',
      values: describe(orgTypes, {
        PRODUCTION: 'The org that people work in.',
        SANDBOX: 'A copy to develop and test in.',
        UNKNOWN: 'Flosum has another word for it, or none.',
      }),
    });
    builder.objectRef<ProtectedEntity<SalesforceOrgDetails>>('SalesforceOrg').implement({
      description:
        'A Salesforce org as Flosum backs it up: what its interface calls an organization, and its API a connection.',
      interfaces: [refs.ProtectedEntity, refs.Node],
      fields: (t) => ({
        connectionId: t.string({
          description: 'Number of the connection in Flosum; the same as `externalId`.',
          resolve: ({ details }) => details.connectionId,
        }),
        externalConnectionId: t.string({
          nullable: true,
          description: 'The other number that Flosum keeps of the connection, `externalId` in its own API.',
          resolve: ({ details }) => details.externalConnectionId,
        }),
        userName: t.string({
          nullable: true,
          description: 'The Salesforce user that Flosum logs in as.',
          resolve: ({ details }) => details.userName,
        }),
        userFullName: t.string({
          nullable: true,
          description:
            'The full name of that user. Flosum tells it of single orgs only: null in lists of more than three; `protectedEntity` has it.',
          resolve: ({ details }) => details.userFullName,
        }),
        salesforceOrgId: t.string({
          nullable: true,
          description:
            'Id of the org in Salesforce, of 18 characters. Flosum tells it of single orgs only: null in lists of more than three; `protectedEntity` has it, and also takes this id.',
          resolve: ({ details }) => details.salesforceOrgId,
        }),
        orgType: t.field({
          type: OrgType,
          nullable: true,
          description: 'Whether it is a production org or a sandbox.',
          resolve: ({ details }) => details.orgType,
        }),
      }),
    });
    builder.objectRef<Backup<FlosumDetails>>('FlosumBackup').implement({
      description:
        'One backup, archive or import job of Flosum. The unit of its size is not documented: `size.originalBytes` takes it for bytes.',
      interfaces: [refs.Backup, refs.Node],
      fields: (t) => ({
        jobId: t.string({
          description: 'Number of the job, which Flosum counts apart from the backup (`externalId`); logs go by it.',
          resolve: ({ details }) => details.jobId,
        }),
        recordCount: t.float({
          nullable: true,
          description: 'Salesforce records in it; null while nothing was counted yet.',
          resolve: ({ details }) => details.recordCount,
        }),
        operationType: t.string({
          description: 'What was done, in Flosum’s own words, such as `Composite & Sync Backup`.',
          resolve: ({ details }) => details.operationType,
        }),
        isArchive: t.boolean({
          description: 'It is an archive, or the import of one, rather than a backup.',
          resolve: ({ details }) => details.isArchive,
        }),
      }),
    });

    const Mode = builder.enumType('FlosumBackupMode', {
      description: 'How much of the org a backup takes.',
      values: describe(['FULL', 'TEMPLATE'], {
        FULL: 'Everything that the settings do not leave out.',
        TEMPLATE: 'What a template of Flosum chooses; `templateId` says which.',
      }),
    });
    const Settings = builder.inputType('FlosumBackupSettingsInput', {
      description: 'Which kinds of data a backup takes; all of them unless said otherwise.',
      fields: (t) => {
        const include = (description: string) => t.boolean({ required: true, defaultValue: true, description });
        return {
          includeMetadata: include('The metadata of the org: its objects, layouts and code.'),
          includeBinaryObjects: include('Objects that hold files, such as attachments and documents.'),
          includeBigObjects: include('Big objects, which Salesforce keeps apart for their size.'),
          includeFeedObjects: include('Feeds: posts and comments on records.'),
          includeShareObjects: include('Sharing: who may see which record.'),
          includeHistoryObjects: include('The history of fields: who changed what and when.'),
          includeCustomMetadataTypeObjects: include('Records of custom metadata types.'),
          includeTagObjects: include('Tags on records.'),
        };
      },
    });
    const createInput = builder.inputType('CreateFlosumBackupInput', {
      description: 'A backup of a Salesforce org. Flosum runs one for each connection at a time; another is CONFLICT.',
      fields: (t) => ({
        entityId: t.id({ required: true, description: 'Id of a SalesforceOrg.' }),
        name: t.string({
          required: true,
          description:
            'What it is called. In Flosum a short mark follows, by which it is recognised; it is not shown here.',
        }),
        description: t.string({
          required: true,
          defaultValue: '',
          description: 'Free text. Flosum never gives it back, so it is shown here only until the gateway restarts.',
        }),
        mode: t.field({
          type: Mode,
          required: true,
          defaultValue: 'FULL',
          description: 'The whole org, or what a template chooses.',
        }),
        templateId: t.int({
          description: 'Number of the template in Flosum: required with TEMPLATE, and refused without.',
        }),
        settings: t.field({ type: Settings, description: 'Which kinds of data it takes; all unless given.' }),
        idempotencyKey: t.string({
          description: 'The same key starts nothing a second time: it gives the operation that it gave before.',
        }),
      }),
    });
    return { createInput };
  },
};
