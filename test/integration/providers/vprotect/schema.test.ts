import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { entityTypes } from '../../../../providers/vprotect/map.ts';
import { vprotectSchema } from '../../../../providers/vprotect/schema.ts';
import { createSchema } from '../../../../schema/index.ts';

describe('the types of GraphQL', () => {
  const schema: GraphQLSchema = createSchema([vprotectSchema]);
  const fieldsOf = (name: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries((schema.getType(name) as GraphQLObjectType | GraphQLInputObjectType).getFields()).map(
        ([key, field]) => [
          key,
          `${String(field.type)}${'defaultValue' in field && field.defaultValue !== undefined ? ` = ${String(field.defaultValue)}` : ''}`,
        ],
      ),
    );
  const valuesOf = (name: string): string[] =>
    (schema.getType(name) as GraphQLEnumType).getValues().map(({ value }) => String(value));

  it('are those of the public contract', () => {
    expect(fieldsOf('VProtectEntity')).toMatchObject({ guid: 'String!', entityType: 'VProtectEntityType' });
    expect(fieldsOf('VProtectBackup')).toMatchObject({
      guid: 'String!',
      snapshotTime: 'DateTime',
      backupTime: 'DateTime',
      statusDescription: 'String',
      typeDescription: 'String',
      warningsAcknowledged: 'Boolean',
    });
    expect(fieldsOf('CreateVProtectBackupInput')).toEqual({
      entityId: 'ID!',
      type: 'VProtectExportType! = FULL',
      destinationGuid: 'String',
      ruleGuids: '[String!]',
      priority: 'Int! = 50',
      idempotencyKey: 'String',
    });
    expect(valuesOf('VProtectExportType')).toEqual(['FULL', 'INCREMENTAL']);
    expect(valuesOf('VProtectEntityType')).toEqual([...entityTypes].sort());
  });

  it('are described', () => {
    for (const [name, type] of Object.entries(schema.getTypeMap())) {
      if (!/VProtect/.test(name)) continue;
      expect(type.description, name).toBeTruthy();
      const parts = isEnumType(type) ? type.getValues() : Object.values((type as GraphQLObjectType).getFields());
      for (const part of parts) expect(part.description, `${name}.${part.name}`).toBeTruthy();
    }
  });
});
