/** The references that every file of the schema shares. */
import type { AuditEntry } from '../src/core/ledger/audit-entry.ts';
import type { OperationRecord } from '../src/core/ledger/store.ts';
import type { Protection } from '../src/core/lists/protection.ts';
import type { Backup, BackupSize, ProtectedEntity } from '../src/core/model.ts';
import type { Problem, Provider } from '../src/core/provider.ts';
import type { Builder } from './builder.ts';
import { defineConnections } from './connection.ts';
import { defineEnums } from './enums.ts';
import { defineInputs } from './inputs.ts';
import { defineLogParts } from './log.ts';
import type { Row } from './node.ts';
import type { ProductSchema } from './product.ts';
import { defineScalars } from './scalars.ts';
import type { UserError } from './user-error.ts';

export type Refs = ReturnType<typeof createRefs>;

export function createRefs(builder: Builder, products: readonly ProductSchema[]) {
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
    Protection: builder.objectRef<Protection>('Protection'),
  };
  return {
    ...enums,
    ...types,
    ...defineConnections(builder, types),
    ...defineInputs(builder, enums),
    ...defineLogParts(builder),
    /** Which GraphQL types a product's rows are, by its kind. */
    typesOf: new Map(products.map((product) => [product.kind, product])),
  };
}
