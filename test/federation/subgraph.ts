/** A subgraph of another team, made with Apollo's own library and served over HTTP. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLFieldResolver, graphql, parse } from 'graphql';

type Resolver = GraphQLFieldResolver<never, unknown>;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver | ((key: never) => unknown)>>>>;

export interface Subgraph extends AsyncDisposable {
  readonly url: string;
  /** The Authorization header of each request. */
  readonly authorizations: (string | undefined)[];
}

export async function startSubgraph(file: string, resolvers: Resolvers): Promise<Subgraph> {
  const typeDefs = parse(await readFile(new URL(file, import.meta.url), 'utf8'));
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    readBody(request)
      .then(({ query, variables }) => graphql({ schema, source: query, variableValues: variables ?? null }))
      .then(
        (result) => response.setHeader('content-type', 'application/json').end(JSON.stringify(result)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    authorizations,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readBody(request: IncomingMessage) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part as string;
  return JSON.parse(text) as { query: string; variables?: Record<string, unknown> };
}
