/** The GraphQL types of Flosum. */
import { type Builder, describe } from '../../schema/builder.ts';
import type { ProductSchema } from '../../schema/product.ts';
import type { Refs } from '../../schema/refs.ts';
import type { Backup, ProtectedEntity } from '../../src/core/model.ts';
import { type FlosumDetails, orgTypes, type SalesforceOrgDetails } from './map.ts';

export const flosumSchema: ProductSchema = {
  kind: 'flosum',
  description: 'Flosum Backup & Archive: data and metadata of Salesforce orgs.',
  backupType: 'FlosumBackup',
  entityType: 'SalesforceOrg',
  defineFilter,
  define(builder, refs) {
    defineEntity(builder, refs);
    defineBackup(builder, refs);
    return { createInput: defineCreateInput(builder) };
  },
};

function defineFilter(builder: Builder) {
  return builder.inputType('FlosumBackupFilter', {
    description: 'Selects backups of Flosum.',
    fields: (t) => ({
      includeMetadata: t.boolean({
        description:
          'Only backups with the metadata of the org (true), or only those without it (false). Flosum applies it, and does not document its effect on a list. Not verified.',
      }),
    }),
  });
}

function defineEntity(builder: Builder, refs: Refs): void {
  const OrgType = builder.enumType('SalesforceOrgType', {
    description: 'Purpose of a Salesforce org.',
    values: describe(orgTypes, {
      PRODUCTION: 'An org for daily work.',
      SANDBOX: 'A copy for development and tests.',
      UNKNOWN: 'Flosum uses another word, or none.',
    }),
  });
  builder.objectRef<ProtectedEntity<SalesforceOrgDetails>>('SalesforceOrg').implement({
    description:
      'A Salesforce org that Flosum backs up. Flosum’s interface calls it an organization, its API a connection.',
    interfaces: [refs.ProtectedEntity, refs.Node],
    fields: (t) => ({
      connectionId: t.string({
        description: 'Number of the connection in Flosum; the same as `externalId`.',
        resolve: ({ details }) => details.connectionId,
      }),
      externalConnectionId: t.string({
        nullable: true,
        description: 'A second number of the connection in Flosum: `externalId` in its own API.',
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
          'Full name of that user. Flosum tells it only for single orgs: null in lists of more than three. `protectedEntity` has it.',
        resolve: ({ details }) => details.userFullName,
      }),
      salesforceOrgId: t.string({
        nullable: true,
        description:
          'Id of the org in Salesforce, 18 characters. Flosum tells it only for single orgs: null in lists of more than three. `protectedEntity` has it, and also accepts this id as `externalId`.',
        resolve: ({ details }) => details.salesforceOrgId,
      }),
      orgType: t.field({
        type: OrgType,
        nullable: true,
        description: 'Whether the org is for production or a sandbox.',
        resolve: ({ details }) => details.orgType,
      }),
    }),
  });
}

function defineBackup(builder: Builder, refs: Refs): void {
  builder.objectRef<Backup<FlosumDetails>>('FlosumBackup').implement({
    description:
      'A backup, archive or import job of Flosum. Flosum does not document the unit of its size; `size.originalBytes` assumes bytes.',
    interfaces: [refs.Backup, refs.Node],
    fields: (t) => ({
      jobId: t.string({
        description:
          'Number of the job. Flosum numbers jobs and backups (`externalId`) separately; logs belong to jobs.',
        resolve: ({ details }) => details.jobId,
      }),
      recordCount: t.float({
        nullable: true,
        description: 'Number of Salesforce records; null before anything was counted.',
        resolve: ({ details }) => details.recordCount,
      }),
      operationType: t.string({
        description: 'Kind of the job in Flosum’s own words, such as `Composite & Sync Backup`.',
        resolve: ({ details }) => details.operationType,
      }),
      isArchive: t.boolean({
        description: 'The job is an archive, or the import of one.',
        resolve: ({ details }) => details.isArchive,
      }),
    }),
  });
}

function defineCreateInput(builder: Builder) {
  const Mode = builder.enumType('FlosumBackupMode', {
    description: 'How much of the org to back up.',
    values: describe(['FULL', 'TEMPLATE'], {
      FULL: 'Everything that the settings do not exclude.',
      TEMPLATE: 'The selection of a Flosum template, named by `templateId`.',
    }),
  });
  const Settings = builder.inputType('FlosumBackupSettingsInput', {
    description: 'Kinds of data to back up; all by default.',
    fields: (t) => {
      const include = (description: string) => t.boolean({ required: true, defaultValue: true, description });
      return {
        includeMetadata: include('Metadata of the org, such as objects, layouts and code.'),
        includeBinaryObjects: include('Objects that contain files, such as attachments and documents.'),
        includeBigObjects: include('Big objects, which Salesforce stores separately because of their size.'),
        includeFeedObjects: include('Feeds: posts and comments on records.'),
        includeShareObjects: include('Share objects: who may see which record.'),
        includeHistoryObjects: include('Field history: who changed which value, and when.'),
        includeCustomMetadataTypeObjects: include('Records of custom metadata types.'),
        includeTagObjects: include('Tags on records.'),
      };
    },
  });
  return builder.inputType('CreateFlosumBackupInput', {
    description:
      'Starts a backup of a Salesforce org. Flosum runs one job for each connection at a time; a second one is CONFLICT.',
    fields: (t) => ({
      entityId: t.id({ required: true, description: 'Id of a SalesforceOrg.' }),
      name: t.string({
        required: true,
        description:
          'Name of the backup. A short mark is added to it in Flosum, by which this gateway finds the backup; the mark is not shown here.',
      }),
      description: t.string({
        required: true,
        defaultValue: '',
        description: 'Free text. Flosum does not return it: it is shown until the gateway restarts.',
      }),
      mode: t.field({
        type: Mode,
        required: true,
        defaultValue: 'FULL',
        description: 'The whole org, or the selection of a template.',
      }),
      templateId: t.int({
        description: 'Number of the template in Flosum. Required with TEMPLATE, refused otherwise.',
      }),
      settings: t.field({ type: Settings, description: 'Kinds of data to back up; all by default.' }),
      idempotencyKey: t.string({
        description: 'The same key starts no second backup: it returns the operation of the first.',
      }),
    }),
  });
}
