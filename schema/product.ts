import type { InputObjectRef } from '@pothos/core';
import type { Builder, SchemaTypes } from './builder.ts';
import type { ProductNames } from './product-names.ts';
import type { Refs } from './refs.ts';

/** The GraphQL side of one product, as its folder gives it. */
export interface ProductSchema extends ProductNames {
  /** Adds the types. The input of `createBackup` is null where the product cannot create. */
  readonly define: (builder: Builder, refs: Refs) => { readonly createInput: CreateInput | null };
}

/** It names the entity to back up; its other fields are settings of the product. */
export type CreateInput = InputObjectRef<ResolvedTypes, { entityId: string }>;

type ResolvedTypes = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
