/** Anything by its global id. What is no id, of nothing, or of something that the viewer may not see is null. */

import { badInput } from '../src/core/errors.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { decodeId, encodeId } from './ids.ts';
import { findOperation } from './operation.ts';
import type { Refs } from './refs.ts';
import type { Row } from './rows.ts';
import { lookup } from './weights.ts';

const maxIds = 100;
/** In the place of a provider: an entry may be of several, or of none. */
const auditLog = 'audit';

/** Null for what is no id, of nothing, or of something that the viewer may not see. */
export function loadRow(id: string, context: Context, refs: Refs): Row | null | Promise<Row | null> {
  const { catalog, loaders } = context;
  const decoded = decodeId(id);
  if (decoded?.type === 'AuditEntry') return decoded.provider === auditLog ? catalog.audit.find(decoded.localId) : null;
  const provider = decoded && catalog.scope.provider(decoded.provider);
  if (!decoded || !provider) return null;
  if (decoded.type === 'Operation') return findOperation(id, context);
  if (decoded.type === 'Provider') return decoded.localId === '' ? provider : null;
  const types = refs.typesOf.get(provider.kind);
  if (decoded.type === types?.backupType) return loaders.backup.load(decoded);
  if (decoded.type === types?.entityType) return loaders.entity.load(decoded);
  return null;
}

export function defineNode(builder: Builder, refs: Refs): void {
  refs.Node.implement({
    description: 'An object with an id that does not change while the object exists. Fetch it again with `node`.',
    resolveType: (row) => typeOfRow(row, refs),
    fields: (t) => ({
      id: t.id({
        description: 'Opaque id: store it, compare it, send it back, but do not parse it.',
        resolve: (row) => idOfRow(row, refs),
      }),
    }),
  });

  builder.queryFields((t) => ({
    node: t.field({
      type: refs.Node,
      nullable: true,
      description: 'An object by its id; null if it does not exist.',
      complexity: lookup,
      args: { id: t.arg.id({ required: true, description: '`id` of an object of any type that implements Node.' }) },
      resolve: (_root, { id }, context) => loadRow(id, context, refs),
    }),
    nodes: t.field({
      type: [refs.Node],
      nullable: { list: false, items: true },
      description: 'Objects by their ids, in the same order; null for an object that does not exist.',
      args: { ids: t.arg.idList({ required: true, description: 'At most 100 ids.' }) },
      complexity: ({ ids }) => ({ field: lookup * ids.length, multiplier: ids.length }),
      resolve: (_root, { ids }, context) => {
        if (ids.length > maxIds)
          throw badInput(`"ids" has ${ids.length} ids; at most ${maxIds} are read at once.`, ['ids']);
        return ids.map((id) => loadRow(id, context, refs));
      },
    }),
    backup: t.field({
      type: refs.Backup,
      nullable: true,
      description: 'One backup by id; null if it does not exist.',
      complexity: lookup,
      args: { id: t.arg.id({ required: true, description: 'The `id` of a backup.' }) },
      resolve: (_root, { id }, context) => {
        const decoded = decodeId(id);
        const provider = decoded && context.catalog.scope.provider(decoded.provider);
        const isBackup = provider && decoded.type === refs.typesOf.get(provider.kind)?.backupType;
        return isBackup ? context.loaders.backup.load(decoded) : null;
      },
    }),
  }));
}

/** Name of its GraphQL type. */
export function typeOfRow(row: Row, refs: Refs): string {
  if ('listBackups' in row) return 'Provider';
  if ('fingerprint' in row) return 'Operation';
  if ('targets' in row) return 'AuditEntry';
  const types = refs.typesOf.get(row.kind);
  return ('status' in row ? types?.backupType : types?.entityType) ?? '';
}

/** Of a provider its name; of its rows the product's handle besides. */
export function idOfRow(row: Row, refs: Refs): string {
  const type = typeOfRow(row, refs);
  if ('listBackups' in row) return encodeId(type, row.name);
  if ('targets' in row) return encodeId(type, auditLog, row.id);
  if ('fingerprint' in row) return encodeId(type, row.provider, row.id);
  return encodeId(type, row.provider, 'status' in row ? row.localId : row.externalId);
}
