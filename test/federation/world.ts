/** Backplane over two products, two subgraphs of other teams beside it, and the supergraph that they make. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BorgSandbox } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { startFlosumSandbox } from '../../providers/flosum/sandbox/index.ts';
import { aToken, startGateway, type TestGateway } from '../support/gateway.ts';
import { type Subgraph, startSubgraph } from './subgraph.ts';

interface Thing {
  readonly __typename?: string;
  readonly providerName: string;
  readonly externalId: string;
}

export interface Fixture extends AsyncDisposable {
  readonly borg: BorgSandbox;
  readonly backplane: TestGateway;
  readonly backplaneUrl: string;
  readonly owners: Subgraph;
  readonly supergraph: string;
  /** A Borg repository and a Salesforce org, which Ada looks after, and another org. */
  readonly things: readonly Thing[];
}

export async function startFixture(): Promise<Fixture> {
  const options = { now: Date.parse('2026-11-20T12:00:00Z'), speed: 0, demo: false, history: 12 };
  const borg = await startBorgSandbox(options);
  const flosum = await startFlosumSandbox(options);
  const backplane = startGateway({
    providers: [borg.config, flosum.config],
    auth: { tokens: [aToken('anna'), aToken('guest', { providers: ['files'], role: 'READER' })] },
  });
  const url = `${await backplane.listen()}/graphql`;
  const { data } = await backplane
    .as('anna')
    .askText('{ protectedEntities { nodes { __typename providerName externalId } } }');
  if (!data) throw new Error('Backplane has not answered');
  const { nodes } = data['protectedEntities'] as { nodes: (Thing & { __typename: string })[] };
  const things = ['BorgRepository', 'SalesforceOrg'].flatMap((type) =>
    nodes.filter(({ __typename }) => __typename === type).slice(0, type === 'SalesforceOrg' ? 2 : 1),
  );
  const [, org] = things;
  if (!org) throw new Error('the sandboxes have no Salesforce org');
  const owners = await startOwners(things);
  const costs = await startCosts({ providerName: org.providerName, externalId: org.externalId });
  const supergraph = await compose({ backplane: url, owners: owners.url, costs: costs.url });
  return {
    borg,
    backplane,
    backplaneUrl: url,
    owners,
    supergraph,
    things,
    async [Symbol.asyncDispose]() {
      await owners[Symbol.asyncDispose]();
      await costs[Symbol.asyncDispose]();
      await backplane[Symbol.asyncDispose]();
      await Promise.all([borg.close(), flosum.close()]);
    },
  };
}

const isSame = (one: Thing, other: Thing) =>
  one.providerName === other.providerName && one.externalId === other.externalId;

/** It hangs an owner on repositories and orgs, and knows nothing of Backplane's ids. */
function startOwners(things: readonly Thing[]): Promise<Subgraph> {
  const ada = { __typename: 'Person', id: 'ada', name: 'Ada', since: '2020-01-01T00:00:00Z' };
  const owned = things.slice(0, 2);
  const page = {
    edges: [{ cursor: 'a', node: ada }],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: 'a', endCursor: 'a' },
  };
  const thing = {
    __resolveReference: (key: Thing) => key,
    owner: (key: Thing) => (owned.some((one) => isSame(one, key)) ? ada : null),
  };
  return startSubgraph('owners.graphql', {
    Query: { people: () => page, node: (_root, { id }: { id: string }) => (id === ada.id ? ada : null) },
    Mutation: {
      handOver: (_root, { to, ...key }: Thing & { to: string }) => {
        if (to === ada.id) owned.push({ __typename: 'SalesforceOrg', ...key });
        return key;
      },
    },
    Person: {
      __resolveReference: ({ id }: { id: string }) => (id === ada.id ? ada : null),
      looksAfter: () => owned,
      claims: (_person, { count }: { count: number }) =>
        Array.from({ length: count }, (_, index) => ({ providerName: 'salesforce', externalId: `claim ${index}` })),
    },
    BorgRepository: thing,
    SalesforceOrg: thing,
  });
}

/** It hangs a cost centre on everything that is protected. */
const startCosts = (dearest: Thing): Promise<Subgraph> =>
  startSubgraph('costs.graphql', {
    Query: { dearest: () => dearest },
    ProtectedEntity: {
      __resolveReference: (key: Thing) => key,
      costCentre: (key: Thing) => (isSame(key, dearest) ? 'CC-7' : null),
    },
  });

/** As `npm run compose` does it, from the committed texts. */
async function compose(urls: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  try {
    const out = join(folder, 'supergraph.graphql');
    const args = Object.entries({ ...urls, out }).flatMap(([name, value]) => [`--${name}`, value]);
    await promisify(execFile)(process.execPath, ['test/federation/compose.mjs', ...args]);
    return await readFile(out, 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}
