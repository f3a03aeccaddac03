/** The command `subgraph`: the schema as a subgraph of Federation 2. */
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { subgraphSdl } from '../../../schema/subgraph.ts';
import type { Command } from '../command.ts';

export const run: Command = async (_flags, terminal) => {
  terminal.say(subgraphSdl(createSchema(products.map((product) => product.schema))));
  return 0;
};
