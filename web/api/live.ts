/** Subscriptions over one WebSocket. A stream that was cut is opened again, where it was cut, for as long as somebody listens. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { stringifyDocument } from '@urql/core';
import { createClient } from 'graphql-ws';
import type { Failure } from './failure.ts';
import { urlOf } from './place.ts';
import { refuse, session } from './session.ts';
import { createStore } from './store.ts';

export type Connection = 'connecting' | 'open' | 'lost';

export const connection = createStore<Connection>('connecting');

const client = createClient({
  url: urlOf('/graphql').replace(/^http/, 'ws'),
  connectionParams: () => {
    const { token } = session.get();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  },
  // Not the client's own retries: they would begin each stream at its start again.
  retryAttempts: 0,
  keepAlive: 12_000,
  on: {
    connected: () => connection.set('open'),
    closed: () => connection.set('lost'),
    // Nobody answers a ping: the network is gone, and nothing says so.
    ping: (received) => {
      if (!received) pongTimer = setTimeout(() => client.terminate(), 6_000);
    },
    pong: (received) => {
      if (received) clearTimeout(pongTimer);
    },
  },
});
let pongTimer: ReturnType<typeof setTimeout> | undefined;

// Streams of the former viewer end, and begin again with the new token.
let version = session.get().version;
session.subscribe(() => {
  if (session.get().version === version) return;
  version = session.get().version;
  client.terminate();
});
addEventListener('online', () => client.terminate());

export interface Follower<Data, Variables> {
  /** Read for each attempt, so that `after` can continue. */
  readonly variables: () => Variables;
  /** The stream is about to be open: what is read from now on has no gap before its first event. */
  readonly onOpen?: () => void;
  readonly onEvent: (data: Data) => void;
  /** It has ended by itself, or the gateway has refused it. */
  readonly onEnd?: (failure: Failure | null) => void;
}

const longestWaitMs = 8_000;

/** Returns a function that stops it. */
export function follow<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  { variables, onOpen, onEvent, onEnd }: Follower<Data, Variables>,
): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let stop = (): void => undefined;

  function again(): void {
    if (isStopped) return;
    const waitMs = Math.min(longestWaitMs, 250 * 2 ** failures++) * (0.75 + Math.random() / 2);
    timer = setTimeout(() => (session.get().isRefused ? openAfterSignIn() : open()), waitMs);
  }

  /** Nobody asks with a token that was refused. */
  function openAfterSignIn(): void {
    stop = session.subscribe(() => {
      if (session.get().isRefused) return;
      stop();
      open();
    });
  }

  function end(failure: Failure | null): void {
    isStopped = true;
    onEnd?.(failure);
  }

  function open(): void {
    const { token } = session.get();
    /** The token has ended while the stream was open: it goes on with the next one. */
    let isExpired = false;
    const hasExpired = ({ code }: Failure): boolean => {
      isExpired = code === 'UNAUTHENTICATED';
      if (isExpired) {
        refuse(token);
        again();
      }
      return isExpired;
    };
    stop = client.subscribe<Data>(
      { query: stringifyDocument(document), variables: variables() },
      {
        next({ data, errors }) {
          failures = 0;
          if (data) onEvent(data);
          else if (errors?.[0]) {
            const failure = toStreamFailure(errors[0]);
            if (!hasExpired(failure)) onEnd?.(failure);
          }
        },
        error(error) {
          if (Array.isArray(error)) {
            const failure = toStreamFailure(error[0]);
            return hasExpired(failure) ? undefined : end(failure);
          }
          if (isRefusal(error)) refuse(token);
          again();
        },
        complete() {
          if (!isStopped && !isExpired) end(null);
        },
      },
    );
    onOpen?.();
  }

  open();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    stop();
  };
}

interface StreamError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

const toStreamFailure = ({ message, extensions }: StreamError): Failure => ({
  code: String(extensions?.code ?? 'INTERNAL'),
  message,
});

const isRefusal = (error: unknown): boolean =>
  error instanceof CloseEvent && (error.code === 4401 || error.code === 4403);
