/** What belongs to one open socket. */

import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../auth/authentication.ts';
import type { Outbox } from './outbox.ts';

/** What graphql-ws keeps of a socket for us. */
export interface SocketState {
  readonly request: IncomingMessage;
  readonly outbox: Outbox;
  /** How to stop each operation that runs, by its id. */
  readonly operations: Map<string, AbortController>;
  readonly caller: Caller;
  /** What the client said of itself when it opened the socket; null: nothing yet. */
  authorization: string | null;
  /** Ids of the mutations that run. */
  readonly mutations: Set<string>;
  /** Settles when the mutations that run now are over, and their results sent. */
  readonly mutationsDone: () => Promise<void>;
  /** It has shown once who it is. */
  isKnown: boolean;
  readonly close: (code: number, reason: string) => void;
  [key: PropertyKey]: unknown;
}
