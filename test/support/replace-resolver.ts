import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { onTestFinished } from 'vitest';

/** Replaces the resolver of a field of `Query` until the test ends. Gateways of one process share their schema. */
export function replaceResolver(
  schema: GraphQLSchema,
  name: string,
  resolve: GraphQLFieldResolver<unknown, unknown>,
): void {
  const field = schema.getQueryType()?.getFields()[name];
  if (!field) throw new Error(`There is no field Query.${name}.`);
  const original = field.resolve;
  onTestFinished(() => void Object.assign(field, { resolve: original }));
  field.resolve = resolve;
}
