/** The references that every file of the schema shares. */
import type { AuditEntry } from '../src/audit/audit-entry.ts';
import type { OperationRecord } from '../src/commands/operation-record.ts';
import type { Backup, BackupSize, ProtectedEntity, Ref } from '../src/core/model.ts';
import type { Problem, Provider } from '../src/core/provider.ts';
import type { Protection } from '../src/lists/protection.ts';
import type { Builder } from './builder.ts';
import { defineConnections } from './connection.ts';
import { defineEnums } from './enums.ts';
import { defineInputs } from './inputs.ts';
import { defineLogParts } from './log-parts.ts';
import type { ProductNames } from './product-names.ts';
import type { Row, UserError } from './rows.ts';
import { defineScalars } from './scalars.ts';

export type Refs = ReturnType<typeof createRefs>;

export function createRefs(builder: Builder, products: readonly ProductNames[]) {
  defineScalars(builder);
  const enums = defineEnums(builder, products);
  const types = {
    Node: builder.interfaceRef<Row>('Node'),
    Provider: builder.objectRef<Provider>('Provider'),
    ProviderProblem: builder.objectRef<Problem>('ProviderProblem'),
    ProtectedEntity: builder.interfaceRef<ProtectedEntity>('ProtectedEntity'),
    Backup: builder.interfaceRef<Backup>('Backup'),
    Operation: builder.objectRef<OperationRecord>('Operation'),
    AuditEntry: builder.objectRef<AuditEntry>('AuditEntry'),
    BackupSize: builder.objectRef<BackupSize>('BackupSize'),
    UserError: builder.objectRef<UserError>('UserError'),
    Protection: builder.objectRef<Protection & { readonly of: Ref }>('Protection'),
  };
  return {
    ...enums,
    ...types,
    ...defineConnections(builder, types),
    ...defineInputs(builder, enums, products),
    ...defineLogParts(builder),
    /** Which GraphQL types a product's rows are, by its kind. */
    typesOf: new Map(products.map((product) => [product.kind, product])),
  };
}
