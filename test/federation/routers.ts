/** The two routers, in this process: they read the supergraph from a text, and talk to nobody but its subgraphs. */
import { createHash } from 'node:crypto';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { getOperationAST, parse } from 'graphql';

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

export interface Router extends AsyncDisposable {
  /** With this token. */
  ask(token: string, query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

interface Headers {
  readonly authorization?: string;
}

class WithAuthorization extends RemoteGraphQLDataSource<Headers> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<Headers>['willSendRequest']>>[0]) {
    const { authorization } = context as Headers;
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization);
  }
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startApollo(supergraphSdl: string): Promise<Router> {
  // Without a key of Apollo's there is no reporting, and with a fixed supergraph no polling.
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    buildService: ({ url }) => new WithAuthorization(url === undefined ? {} : { url }),
  });
  const { schema, executor } = await gateway.load();
  return {
    async ask(token, query, variables = {}) {
      const document = parse(query);
      const operation = getOperationAST(document);
      const result = await executor({
        request: { query, variables },
        document,
        operation,
        operationName: operation?.name?.value ?? null,
        queryHash: createHash('sha256').update(query).digest('hex'),
        source: query,
        schema,
        context: { authorization: `Bearer ${token}` },
        logger: quiet,
        metrics: {},
        cache: new Map(),
        overallCachePolicy: { policyIfCacheable: () => null, restrict: () => {} },
      } as never);
      return JSON.parse(JSON.stringify(result)) as Answer;
    },
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}

export interface Hive extends Router {
  /** Events of a subscription, until it completes. */
  watch(token: string, query: string, variables?: Record<string, unknown>): AsyncIterable<Answer>;
}

export function startHive(supergraph: string, subscriptions: 'events' | 'socket'): Hive {
  const socket = {
    kind: 'ws',
    subgraph: 'backplane',
    options: { connectionParams: { authorization: '{context.headers.authorization}' } },
  };
  const runtime = createGatewayRuntime({
    supergraph,
    logging: false,
    graphiql: false,
    landingPage: false,
    maskedErrors: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') ?? '' }),
    },
    ...(subscriptions === 'socket'
      ? { transportEntries: { backplane: { options: { subscriptions: socket } } } as never }
      : {}),
  });
  const send = (accept: string, token: string, query: string, variables: Record<string, unknown> = {}) =>
    runtime.fetch('http://router.test/graphql', {
      method: 'POST',
      headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
  return {
    ask: async (...asked) => (await (await send('application/json', ...asked)).json()) as Answer,
    async *watch(...asked) {
      const { body } = await send('text/event-stream', ...asked);
      if (!body) throw new Error('the router has answered nothing');
      let text = '';
      for await (const part of body.pipeThrough(new TextDecoderStream())) {
        const events = `${text}${part}`.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          if (/^event: next$/m.test(event)) yield JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null') as Answer;
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
    },
  };
}
