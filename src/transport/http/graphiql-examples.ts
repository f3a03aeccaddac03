/** Looks for something that the tabs of GraphiQL can be about, by asking the gateway as anybody would. */
import type { GraphiqlExamples } from './graphiql-tabs.ts';

interface Providers {
  readonly providers: readonly { readonly name: string; readonly capabilities: readonly string[] }[];
  readonly backups: { readonly pageInfo: { readonly endCursor: string | null } } | null;
  readonly unfinished: {
    readonly nodes: readonly { readonly entity: { readonly id: string } | null }[];
    readonly problems: readonly { readonly provider: { readonly name: string } }[];
  } | null;
}

interface Ended {
  readonly backups: {
    readonly nodes: readonly {
      readonly id: string;
      readonly entity: { readonly id: string } | null;
      readonly log: { readonly edges: readonly { readonly cursor: string }[] } | null;
    }[];
  } | null;
}

const providersQuery = `{
  providers { name capabilities }
  backups(first: 10) { pageInfo { endCursor } }
  unfinished: backups(first: 100, filter: { statuses: [QUEUED, RUNNING, CANCELLING] }) {
    nodes { entity { id } }
    problems { provider { name } }
  }
}`;

const endedQuery = `query ($providers: [String!]!) {
  backups(first: 20, filter: { providers: $providers, statuses: [FAILED, SUCCEEDED_WITH_WARNINGS] }) {
    nodes { id entity { id } log(first: 3) { edges { cursor } } }
  }
}`;

/** How often a product is asked that does not answer in time: a gateway that has just started is slow on a busy machine. */
const tries = 3;

/** Null where there is no such thing. */
export async function findGraphiqlExamples(
  fetch: (request: Request) => Promise<Response>,
  url: string,
): Promise<GraphiqlExamples | null> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  async function ask<Data>(query: string, variables: object): Promise<Data | null> {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(new Request(url, { method: 'POST', headers, body }));
    return ((await response.json()) as { data?: Data | null }).data ?? null;
  }
  let known = await ask<Providers>(providersQuery, {});
  for (let asked = 1; asked < tries && known?.unfinished?.problems.length !== 0; asked++) {
    known = await ask<Providers>(providersQuery, {});
  }
  // What such a product is busy with is not known.
  const silent = new Set(known?.unfinished?.problems.map(({ provider }) => provider.name));
  const wanted = ['START_BACKUP', 'WATCH_PROGRESS', 'READ_LOG'];
  const able = (known?.providers ?? []).filter(
    ({ name, capabilities }) => !silent.has(name) && wanted.every((one) => capabilities.includes(one)),
  );
  const ended = await ask<Ended>(endedQuery, { providers: able.map(({ name }) => name) });
  // A product refuses a second backup of what it is busy with.
  const busy = new Set(known?.unfinished?.nodes.map(({ entity }) => entity?.id));
  const found = ended?.backups?.nodes.find(({ entity, log }) => entity && !busy.has(entity.id) && log?.edges[2]);
  if (!found?.entity) return null;
  return {
    entityId: found.entity.id,
    logId: found.id,
    logCursor: found.log?.edges[1]?.cursor ?? null,
    endCursor: known?.backups?.pageInfo.endCursor ?? null,
  };
}
