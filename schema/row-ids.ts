/** Global ids of rows for answers that are not GraphQL. */
import type { Backup, ProtectedEntity } from '../src/core/model.ts';
import { encodeId } from './ids.ts';
import type { ProductNames } from './product-names.ts';

export interface RowIds {
  ofBackup(backup: Backup): string;
  /** Of what was backed up; null if the product does not tell it. */
  ofBackedUp(backup: Backup): string | null;
  ofEntity(entity: ProtectedEntity): string;
}

export function createRowIds(products: readonly ProductNames[]): RowIds {
  const typesOf = new Map(products.map((product) => [product.kind, product]));
  const entityType = (kind: string): string => typesOf.get(kind)?.entityType ?? '';
  return {
    ofBackup: ({ kind, provider, localId }) => encodeId(typesOf.get(kind)?.backupType ?? '', provider, localId),
    ofBackedUp: ({ kind, provider, entityId }) =>
      entityId === null ? null : encodeId(entityType(kind), provider, entityId),
    ofEntity: ({ kind, provider, externalId }) => encodeId(entityType(kind), provider, externalId),
  };
}
