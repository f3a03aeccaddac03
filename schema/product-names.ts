import type { InputObjectRef } from '@pothos/core';
import type { Builder, SchemaTypes } from './builder.ts';

/** The product's own filter of backups: the field of `BackupFilter` that is named after its kind. */
export type ProductFilterInput = InputObjectRef<
  PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>,
  Readonly<Record<string, unknown>>
>;

/** What the schema calls a product and its types. */
export interface ProductNames {
  /** As in a configuration file; in capitals it is the value of `ProviderKind`. */
  readonly kind: string;
  /** What the product is, for people. */
  readonly description: string;
  /** Names of the product's types. */
  readonly backupType: string;
  readonly entityType: string;
  /** Absent: the product has no filter of its own. */
  readonly defineFilter?: (builder: Builder) => ProductFilterInput;
}
