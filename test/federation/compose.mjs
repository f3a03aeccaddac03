/**
 * Composes Backplane with the subgraphs of two other teams, without a network: `npm run compose`. It ends with 1 where they
 * do not fit together. `--out FILE` keeps the supergraph; `--NAME URL` is where routers ask that subgraph.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const { values } = parseArgs({
  options: {
    backplane: { type: 'string', default: 'http://127.0.0.1:4000/graphql' },
    owners: { type: 'string', default: 'http://127.0.0.1:4001/graphql' },
    costs: { type: 'string', default: 'http://127.0.0.1:4002/graphql' },
    out: { type: 'string' },
  },
});

const read = async (file) => parse(await readFile(new URL(file, import.meta.url), 'utf8'));

const {
  errors,
  hints = [],
  supergraphSdl,
} = composeServices([
  { name: 'backplane', url: values.backplane, typeDefs: await read('../../schema/subgraph.graphql') },
  { name: 'owners', url: values.owners, typeDefs: await read('owners.graphql') },
  { name: 'costs', url: values.costs, typeDefs: await read('costs.graphql') },
]);

if (errors) {
  for (const { message, extensions } of errors) process.stderr.write(`${extensions?.code ?? 'ERROR'}: ${message}\n`);
  process.exit(1);
}
if (values.out) await writeFile(values.out, supergraphSdl);
const types = parse(supergraphSdl).definitions.filter(({ kind }) => kind.endsWith('TypeDefinition')).length;
process.stdout.write(`The supergraph is composed: ${types} types, ${Buffer.byteLength(supergraphSdl)} bytes.\n`);
for (const { definition, message } of hints) process.stdout.write(`  ${definition.code}: ${message}\n`);
