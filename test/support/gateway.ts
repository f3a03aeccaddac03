/** A gateway over sandboxes, in this process, asked as clients ask: over its own fetch, over a port, over a socket. */
import { createHash } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import type { BorgSandbox, BorgSandboxOptions } from '../../providers/borg/sandbox/contract.ts';
import { startBorgSandbox } from '../../providers/borg/sandbox/index.ts';
import { products as allProducts } from '../../providers/index.ts';
import type { Product } from '../../providers/product.ts';
import { type App, type AppOptions, createApp } from '../../src/app.ts';
import type { Authenticate } from '../../src/auth/authenticate.ts';
import { parseConfig } from '../../src/config/config.ts';
import type { Reloaded } from '../../src/reload.ts';

export interface TestGateway extends AsyncDisposable {
  readonly app: App;
  /** The data; fails where there are errors. */
  query<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables?: Variables): Promise<Data>;
  /** The whole answer. */
  ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables?: Variables): Promise<Answer<Data>>;
  /** The same for a text that no schema knows. */
  askText(query: string, variables?: Record<string, unknown>): Promise<Answer<Record<string, unknown>>>;
  /** Reloads the configuration, with these sections in the place of the former ones. */
  reload(changes: Partial<GatewayOptions>): Reloaded;
  /** Listens on a free port, once; gives the origin. */
  listen(): Promise<string>;
  /** A graphql-ws client on that port; closed with the gateway. */
  connect(): Promise<Client>;
  /** The same gateway, asked with this token. */
  as(token: string): Pick<TestGateway, 'query' | 'ask' | 'askText' | 'connect'>;
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
}

export interface GatewayOptions {
  /** Provider configurations, as in a file. */
  readonly providers: readonly object[];
  readonly streams?: object;
  readonly ledger?: object;
  readonly server?: object;
  readonly auth?: object;
  readonly limits?: object;
  readonly documents?: object;
  /** The history is off unless given. */
  readonly history?: object;
  /** In the place of what `auth` says. */
  readonly authenticate?: Authenticate;
  readonly log?: object;
  /** From `openMetrics`. */
  readonly metrics?: AppOptions['metrics'];
  /** From `openTracing`. */
  readonly tracing?: AppOptions['tracing'];
  /** In the place of what `ledger` says. The gateway closes it. */
  readonly storage?: AppOptions['storage'];
  /** All of them unless given. */
  readonly products?: readonly Product[];
}

/** A token for the configuration of a gateway: its own name is what a client presents. */
export const aToken = (name: string, more: object = {}): object => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  role: 'OPERATOR',
  ...more,
});

function toYaml({ providers, auth, limits, documents, history, ...options }: GatewayOptions): string {
  const { streams = {}, ledger = {}, server = {}, log = { level: 'silent' } } = options;
  return stringify({
    // Tests change the products behind the gateway's back, and look at once.
    providers: providers.map((provider) => ({ cacheSeconds: 0, ...provider })),
    ledger,
    server,
    ...(auth === undefined ? {} : { auth }),
    ...(limits === undefined ? {} : { limits }),
    ...(documents === undefined ? {} : { documents }),
    ...(history === undefined ? {} : { history: { off: false, ...history } }),
    streams: { fastSeconds: 0.02, slowSeconds: 0.2, ...streams },
    log,
  });
}

export function startGateway(options: GatewayOptions): TestGateway {
  const { authenticate, products = allProducts, metrics, tracing, storage } = options;
  let given = options;
  const app = createApp(parseConfig(toYaml(given), products, {}), products, {
    authenticate,
    metrics,
    tracing,
    ...(storage ? { storage } : {}),
  });
  const clients: Client[] = [];
  let origin: Promise<string> | null = null;

  async function post<Data>(query: string, variables: unknown, token?: string): Promise<Answer<Data>> {
    const response = await app.fetch(
      new Request('http://gateway.test/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      }),
    );
    return (await response.json()) as Answer<Data>;
  }

  const asking = (token?: string): ReturnType<TestGateway['as']> => ({
    async query(document, variables) {
      const { data, errors } = await post<object>(print(document), variables, token);
      if (errors || !data) throw new Error(`expected data, got ${JSON.stringify(errors)}`);
      return data as never;
    },
    ask: (document, variables) => post(print(document), variables, token),
    askText: (query, variables) => post(query, variables, token),
    async connect() {
      const url = `${(await gateway.listen()).replace('http', 'ws')}/graphql`;
      const connectionParams = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
      clients.push(client);
      return client;
    },
  });
  const gateway: TestGateway = {
    app,
    ...asking(),
    as: asking,
    reload(changes) {
      given = { ...given, ...changes };
      return app.reload(parseConfig(toYaml(given), products, {}));
    },
    listen: () => (origin ??= app.server.listen(0, '127.0.0.1')),
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.dispose();
      await app.close();
    },
  };
  return gateway;
}

export interface BorgGateway extends TestGateway {
  readonly sandbox: BorgSandbox;
}

/** One Borg UI behind the gateway; its clock stands still until a test moves it. */
export async function startBorgGateway(
  options: BorgSandboxOptions = {},
  streams: object = {},
  server: object = {},
  history?: object,
): Promise<BorgGateway> {
  const sandbox = await startBorgSandbox({ speed: 0, demo: false, history: 60, ...options });
  const gateway = startGateway({ providers: [sandbox.config], streams, server, ...(history ? { history } : {}) });
  return {
    ...gateway,
    sandbox,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

/** The id of a type's row, as clients get it. */
export const globalId = (type: string, provider: string, localId: string): string =>
  Buffer.from(`${type}:${provider}:${localId}`).toString('base64url');
