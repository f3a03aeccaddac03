/** The command `subgraph`: the schema as a subgraph of Federation 2. */
import { products } from '../../../providers/index.ts';
import { createSchema } from '../../../schema/index.ts';
import { subgraphSdl } from '../../../schema/subgraph.ts';
import type { Command } from '../command.ts';
import { say } from '../print.ts';

export const run: Command = async () => {
  say(subgraphSdl(createSchema(products.map((product) => product.schema))));
  return 0;
};
