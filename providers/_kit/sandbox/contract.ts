/** What the sandboxes of all products offer to tests. */
import type { IncomingMessage } from 'node:http';
import type { SandboxClock } from './clock.ts';

/** A recorded request. `status` is 0 until the reply is sent. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query string, percent-encoded as it was sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** True if it matches no route: the adapter called something that the product does not have. */
  readonly isStray: boolean;
  status: number;
}

/** The sandbox of any product. */
export interface Sandbox extends AsyncDisposable {
  /** Origin, `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** The entry of a configuration file for this sandbox. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly clock: SandboxClock;
  /** All requests since the start, oldest first; `length = 0` clears them. */
  readonly requests: SandboxRequest[];
  /** Stops listening and closes open connections. */
  close(): Promise<void>;
}
