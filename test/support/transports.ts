/** One operation over each way in: everything that it answers until it is over. */
import type { TestGateway } from './gateway.ts';

export interface Told {
  readonly data?: unknown;
  readonly errors?: unknown;
}

export type Transport = (
  gateway: TestGateway,
  token: string,
  query: string,
  variables?: Record<string, unknown>,
) => Promise<Told[]>;

async function overHttp(...[gateway, token, query, variables]: Parameters<Transport>): Promise<Told[]> {
  return [await gateway.as(token).askText(query, variables)];
}

async function overEvents(...[gateway, token, query, variables]: Parameters<Transport>): Promise<Told[]> {
  const response = await fetch(`${await gateway.listen()}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((event) => /^event: next$/m.test(event))
    .map((event) => JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null') as Told);
}

async function overSocket(...[gateway, token, query, variables]: Parameters<Transport>): Promise<Told[]> {
  const client = await gateway.as(token).connect();
  const told: Told[] = [];
  await new Promise<void>((resolve, reject) => {
    client.subscribe(
      { query, variables: variables ?? null },
      {
        next: (result) => told.push(result as Told),
        // What is wrong with an operation before it runs comes as a list of errors.
        error: (error) => (Array.isArray(error) ? resolve(void told.push({ errors: error })) : reject(error)),
        complete: resolve,
      },
    );
  });
  await client.dispose();
  return told;
}

export const transports = { HTTP: overHttp, 'server-sent events': overEvents, WebSocket: overSocket } as const;
