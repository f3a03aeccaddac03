/** Global ids of rows for answers that are not GraphQL. */
import type { Backup, LocalId } from '../src/core/model.ts';
import { encodeId } from './ids.ts';
import type { ProductNames } from './product-names.ts';

export interface RowIds {
  ofBackup(backup: Backup): string;
  /** Null for a backup without an entity. */
  ofEntity(row: { readonly kind: string; readonly provider: string; readonly entityId: LocalId | null }): string | null;
}

export function createRowIds(products: readonly ProductNames[]): RowIds {
  const typesOf = new Map(products.map((product) => [product.kind, product]));
  return {
    ofBackup: ({ kind, provider, localId }) => encodeId(typesOf.get(kind)?.backupType ?? '', provider, localId),
    ofEntity: ({ kind, provider, entityId }) =>
      entityId === null ? null : encodeId(typesOf.get(kind)?.entityType ?? '', provider, entityId),
  };
}
