/** What an adapter gives to the way to its product, and what it gets. */

import type { z } from 'zod';
import type { GatewayError } from '../core/errors.ts';
import type { ConnectionOptions } from './connector.ts';
import type { Health } from './health.ts';
import type { UpstreamLimits } from './limits.ts';
import type { Query, RequestBody } from './request.ts';
import type { Session } from './session.ts';

export interface UpstreamOptions extends ConnectionOptions {
  /** The configured name, for messages. */
  readonly provider: string;
  /** Origin and, where the product lives below one, a path. Nothing else is ever contacted. */
  readonly url: string;
  /** Longest call in all: connecting, waiting for the answer and reading its body. */
  readonly timeoutMs: number;
  readonly session: Session | null;
  /** The others have their defaults. */
  readonly limits?: Partial<UpstreamLimits>;
  /** The error for a refusal that the product explains in its body; null to go by the status. */
  readonly explain?: (answer: RefusedAnswer) => GatewayError | null;
  /** Only logs in for another upstream of the same provider, which reports the outages of both. */
  readonly isLogin?: boolean;
}

/** An answer that is not 2xx. `body` is parsed JSON, or the text if it is not JSON. */
export interface RefusedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly isCommand: boolean;
}

export interface ReadOptions<T> {
  readonly schema: z.ZodType<T>;
  /** Sends a POST with this body, for a login or a query. It must change nothing at the product. */
  readonly post?: RequestBody;
  readonly query?: Query;
  /** Which limit the body has: `list` for answers that grow with the number of rows. */
  readonly size?: 'one' | 'list';
}

export interface CommandOptions<T> extends RequestBody {
  readonly schema: z.ZodType<T>;
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Default: that of the upstream. */
  readonly timeoutMs?: number;
}

/** Names are in lower case; a header that was sent several times is a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface WithHeaders<T> {
  readonly body: T;
  readonly headers: ResponseHeaders;
}

export interface Upstream {
  readonly health: Health;
  /** Reads JSON that matches the schema. May be retried; identical GETs at the same time are one request. */
  read<T>(path: string, options: ReadOptions<T>, signal: AbortSignal): Promise<T>;
  /** The same with the headers, for a product that sends part of its answer in them, such as a total. */
  readWithHeaders<T>(path: string, options: ReadOptions<T>, signal: AbortSignal): Promise<WithHeaders<T>>;
  /** Sent once, past queue and breaker: the call that needs the credentials has passed them already. */
  login<T>(path: string, options: ReadOptions<T>, signal: AbortSignal): Promise<WithHeaders<T>>;
  /** Sent once, never retried. Throws OUTCOME_UNKNOWN if it may have been carried out and no answer says so. */
  command<T>(path: string, options: CommandOptions<T>, signal: AbortSignal): Promise<T>;
  /**
   * Streams the body of a GET. The deadline applies until the first byte and between two chunks. The body is read ahead of
   * its reader, and a reader that takes nothing is cut. `logReads` is a queue for callers that read the body at once.
   */
  download(path: string, signal: AbortSignal, queue?: 'downloads' | 'logReads'): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}
