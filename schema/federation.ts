/**
 * What a router of a supergraph asks: things by a key of theirs, and the schema to compose. A key leads to nothing that
 * `node` would not show to the same viewer.
 */

import { badInput } from '../src/core/errors.ts';
import { cutText } from '../src/core/text.ts';
import type { Builder } from './builder.ts';
import type { Context } from './context.ts';
import { loadRow, typeOfRow } from './node.ts';
import type { ProductSchema } from './product.ts';
import type { Refs } from './refs.ts';
import type { Row } from './rows.ts';
import { subgraphSdl } from './subgraph.ts';
import { lookup } from './weights.ts';

const maxRepresentations = 200;
/** Another subgraph may add fields to protected entities of every product. */
const anyEntity = 'ProtectedEntity';

export function defineFederation(builder: Builder, refs: Refs, products: readonly ProductSchema[]): void {
  const entityTypes = new Set(products.map(({ entityType }) => entityType));
  const keyed = [
    'AuditEntry',
    'Operation',
    'Provider',
    ...products.map(({ backupType }) => backupType),
    ...entityTypes,
  ];

  builder.scalarType('_Any', {
    description:
      'A representation, as a federation router sends it: an object with `__typename` and the fields of one key: `id`, or `providerName` and `externalId` of a protected entity.',
    serialize: (value) => value,
    // Each is judged in its own place, so that a bad one costs only itself.
    parseValue: (value) => value,
  });
  const Entity = builder.unionType('_Entity', {
    description: 'An object that a router can request by a key: every type that implements Node.',
    // Products define their types by name.
    types: keyed as never[],
    resolveType: (row) => typeOfRow(row as Row, refs) as never,
  });
  const Service = builder.objectRef<object>('_Service').implement({
    description: 'This gateway as a subgraph.',
    fields: (t) => ({
      sdl: t.string({
        description: 'The schema with Federation 2 directives. `node` and `nodes` are not part of it.',
        resolve: (_service, _args, _context, { schema }) => subgraphSdl(schema),
      }),
    }),
  });

  const resolve = async (given: unknown, context: Context): Promise<Row | null> => {
    const { type, key } = readRepresentation(given);
    const isEntity = type === anyEntity || entityTypes.has(type);
    if (!isEntity && !keyed.includes(type)) {
      throw badInput(`This subgraph has no entity of the type ${quote(type)}. Compose the supergraph anew.`);
    }
    const { id, providerName, externalId } = key;
    let row: Row | null;
    if (typeof id === 'string') {
      row = await loadRow(id, context, refs);
    } else if (isEntity && typeof providerName === 'string' && typeof externalId === 'string') {
      row = await context.loaders.entity.load({ provider: providerName, localId: externalId });
    } else {
      const keys = isEntity ? '"id", or "providerName" and "externalId", as texts' : '"id" as a text';
      throw badInput(`A representation of ${type} needs ${keys}.`);
    }
    if (!row) return null;
    const found = typeOfRow(row, refs);
    return found === type || (type === anyEntity && entityTypes.has(found)) ? row : null;
  };

  builder.queryFields((t) => ({
    _entities: t.field({
      type: [Entity],
      nullable: { list: false, items: true },
      description:
        'For federation routers: objects by their keys, in the same order; null for an object that does not exist. A representation that is not valid is an error at its place.',
      args: {
        representations: t.arg({ type: ['_Any'], required: true, description: 'At most 200 representations.' }),
      },
      complexity: ({ representations: { length } }) => ({ field: lookup * length, multiplier: length }),
      resolve: (_root, { representations }, context) => {
        if (representations.length > maxRepresentations) {
          throw badInput(
            `"representations" has ${representations.length} keys; at most ${maxRepresentations} are read at once. Ask for smaller pages, so that the router sends fewer.`,
            ['representations'],
          );
        }
        return representations.map((one) => resolve(one, context)) as never[];
      },
    }),
    _service: t.field({
      type: Service,
      description:
        'For tools that compose a supergraph. Not available if introspection is off; `npm start -- subgraph` prints the same.',
      resolve: () => ({}),
    }),
  }));
}

function readRepresentation(given: unknown): { type: string; key: Readonly<Record<string, unknown>> } {
  const key = typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const type = key['__typename'];
  if (typeof type !== 'string') {
    throw badInput('A representation is an object with "__typename" and the fields of one key.');
  }
  return { type, key };
}

/** Quotes what the client sent, shortened. */
const quote = (text: string): string => JSON.stringify(text.length <= 60 ? text : cutText(text, 59));
