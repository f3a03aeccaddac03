/** A socket that comes back, for whichever client sends its subscriptions over graphql-ws. */
import { type Client, createClient } from 'graphql-ws';

/** 4400: bad request; 4403: the token is not good. Trying the same again would not help. */
const isHopeless = (event: unknown): boolean => [4400, 4403].includes((event as { code?: number } | null)?.code ?? 0);

/** Tries for ever, and soon: a restart of the gateway takes seconds. `url` may be that for queries. */
export const createSocket = (url: string, token?: string): Client =>
  createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: token === undefined ? {} : { authorization: `Bearer ${token}` },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !isHopeless(event),
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** retries, 5_000))),
  });

/**
 * The same client, whose subscriptions go on after the last `cursor` that they were told, where they have a variable
 * `$after`.
 */
export const resuming = (client: Client): Client => ({
  ...client,
  subscribe(payload, sink) {
    // An object of its own for each subscription: the client sends this very object again when it connects again.
    const variables: Record<string, unknown> = { ...payload.variables };
    const canResume = payload.query.includes('$after');
    return client.subscribe<never, never>(
      { ...payload, variables },
      {
        next(result) {
          const cursor = cursorOf(result.data);
          if (canResume && cursor !== null) variables['after'] = cursor;
          sink.next(result);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      },
    );
  },
});

/** The cursor of the event that a subscription told, where its document asks for it. */
function cursorOf(data: Record<string, unknown> | null | undefined): string | null {
  const [event] = Object.values(data ?? {});
  const cursor = (event as { cursor?: unknown } | null | undefined)?.cursor;
  return typeof cursor === 'string' ? cursor : null;
}
