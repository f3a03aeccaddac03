/** What belongs to one open socket; as little as can be, since there are thousands. */
import type { Caller } from '../../auth/authentication.ts';
import type { Stop } from '../../core/stop.ts';
import type { Outbox } from './outbox.ts';

/** An operation that a client has begun, until the last of it is over. */
export interface RunningOperation {
  /** Of the operation: that of its socket, and its number on it. */
  readonly requestId: string;
  readonly stop: Stop;
  end: Promise<void>;
  /** It was not refused for the number of operations. */
  isCounted: boolean;
  isMutation: boolean;
  /** The client has completed it. */
  isEnding: boolean;
}

/** What graphql-ws keeps of a socket for us. */
export interface SocketState {
  /** The `Host` header of its request. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly outbox: Outbox;
  /** By their ids. */
  readonly operations: Map<string, RunningOperation>;
  /** Its client is known from `connection_init` on. */
  caller: Caller;
  /** What the client said of itself when it opened the socket; null: nothing yet. */
  authorization: string | null;
  /** Settles when the mutations that run now are over, and their results sent. */
  readonly mutationsDone: () => Promise<void>;
  /** It has shown once who it is. */
  isKnown: boolean;
  readonly close: (code: number, reason: string) => void;
  /** Aborts when the socket has closed. */
  readonly closed: AbortSignal;
  [key: PropertyKey]: unknown;
}
