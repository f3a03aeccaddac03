/** The whole schema, over the products that it is given. */
import type { GraphQLSchema } from 'graphql';
import { defineAudit } from './audit.ts';
import { audited } from './audited.ts';
import { defineBackup } from './backup.ts';
import { createBuilder } from './builder.ts';
import { defineCommands } from './commands.ts';
import { defineEdits } from './edits.ts';
import { defineEntity } from './entity.ts';
import { defineFederation } from './federation.ts';
import { defineLinks } from './links.ts';
import { defineNode } from './node.ts';
import { defineOperation } from './operation.ts';
import type { CreateInput, ProductSchema } from './product.ts';
import { defineProtection } from './protection.ts';
import { defineProvider } from './provider.ts';
import { createRefs } from './refs.ts';
import { defineStarts } from './starts.ts';
import { defineStatistics } from './statistics.ts';
import { defineStreams } from './streams.ts';
import { defineTotals } from './totals.ts';
import { defineUserError } from './user-error.ts';
import { defineViewer } from './viewer.ts';

export function createSchema(products: readonly ProductSchema[]): GraphQLSchema {
  const builder = createBuilder();
  builder.queryType({ description: 'Reads.' });
  builder.mutationType({
    description: 'Commands. Each is sent to the product once and is never retried automatically.',
  });
  builder.subscriptionType({ description: 'Streams. No stream ends without a final event or an error.' });
  const refs = createRefs(builder, products);
  defineViewer(builder, refs);
  defineProvider(builder, refs);
  defineEntity(builder, refs);
  defineProtection(builder, refs);
  defineBackup(builder, refs);
  defineNode(builder, refs);
  defineUserError(refs);
  defineOperation(builder, refs);
  defineAudit(builder, refs);
  defineStreams(builder, refs);
  defineStatistics(builder, refs);
  defineTotals(builder, refs);
  const createInputs = products.flatMap((product): [string, CreateInput][] => {
    const { createInput } = product.define(builder, refs);
    return createInput ? [[product.kind, createInput]] : [];
  });
  defineCommands(builder, refs, createInputs);
  defineStarts(builder, refs);
  defineEdits(builder, refs);
  defineLinks(builder, refs);
  defineFederation(builder, refs, products);
  return audited(builder.toSchema());
}
