/** The command `schema`: the schema as SDL. */
import { lexicographicSortSchema, printSchema } from 'graphql';
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import type { Command } from '../command.ts';

export const run: Command = async (_flags, terminal) => {
  terminal.say(printSchema(lexicographicSortSchema(createSchema(products.map((product) => product.schema)))));
  return 0;
};
