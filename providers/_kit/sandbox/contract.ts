/** What every sandbox offers to tests. */
import type { IncomingMessage } from 'node:http';
import type { SandboxClock } from './clock.ts';

/** One request as the sandbox saw it. `status` is 0 until the reply is sent. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query string, still percent-encoded as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** Matches no route of the contract: an adapter that causes one has escaped from it. */
  readonly isStray: boolean;
  status: number;
}

/** What every sandbox offers, whatever its product. */
export interface Sandbox extends AsyncDisposable {
  /** Origin, `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** A provider configuration that works against this sandbox, as it stands in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly clock: SandboxClock;
  /** Every request since the start, oldest first; `length = 0` forgets them. */
  readonly requests: SandboxRequest[];
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
}
