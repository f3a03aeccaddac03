/** Reads the body of a product's answer within its limits, and maps HTTP statuses to errors. */
import type { z } from 'zod';
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import type { ResponseHeaders } from './contract.ts';
import { decodeBody, type Encoded } from './decoding.ts';

/** An answer whose body has not been read yet. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: ResponseHeaders;
  /** Size of a body that has arrived whole; undefined while it arrives or is to be decompressed. */
  readonly bytes?: number;
  /** The body as text, once. Throws if it failed or exceeds its limits. */
  readonly readText: () => string | Promise<string>;
}

type Head = Pick<Answer, 'statusCode' | 'headers'>;

export const isSuccess = ({ statusCode }: Head): boolean => statusCode >= 200 && statusCode <= 299;

/** The value if it matches the schema. Throws PROVIDER_INVALID_RESPONSE otherwise. */
export function parseShape<T>(schema: z.ZodType<T>, value: unknown, provider: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GatewayError(
    'PROVIDER_INVALID_RESPONSE',
    `${provider} answered with JSON of another shape than its contract.`,
    { cause: parsed.error },
  );
}

/** Undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface BodyLimits {
  readonly provider: string;
  readonly maxBytes: number;
  /** By `performance.now()`: a body that has not ended by then is cut. Undici cuts one that stops arriving. */
  readonly endsAt: number;
}

export const tooLarge = (provider: string, maxBytes: number): GatewayError =>
  new GatewayError(
    'PROVIDER_INVALID_RESPONSE',
    `${provider} sent more than ${maxBytes / 1_000_000} MB for one answer.`,
  );

export const tooSlow = (provider: string): GatewayError =>
  new GatewayError('PROVIDER_TIMEOUT', `${provider} sends its answer too slowly.`);

/**
 * The body as text, decompressed and without a byte order mark. Throws as soon as it exceeds its size after decompression
 * (PROVIDER_INVALID_RESPONSE) or its time (PROVIDER_TIMEOUT), so that a body that is too large is never held in memory.
 */
export async function readText(response: Encoded, { provider, maxBytes, endsAt }: BodyLimits): Promise<string> {
  const cut = (error: GatewayError): GatewayError => {
    // Destroying it emits an error, and an error without a listener ends the process.
    response.body.on('error', () => undefined).destroy();
    return error;
  };
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw cut(tooLarge(provider, maxBytes));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decodeBody(response, provider)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw cut(tooLarge(provider, maxBytes));
    if (performance.now() > endsAt) throw cut(tooSlow(provider));
    chunks.push(chunk);
  }
  return toText(Buffer.concat(chunks, bytes));
}

/** JSON is UTF-8. Some servers send UTF-16, which a byte order mark shows. */
export function toText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Redirects are never followed: they would send our credentials to another host. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400 && status !== 304;

/**
 * The target of a redirect as host, port and path, without its query and credentials, which may be secret. Null if the
 * answer is no redirect or the target no HTTP URL. `asked`: the URL of the request, against which a relative target resolves.
 */
export function redirectTarget({ statusCode, headers }: Head, asked: string): string | null {
  const { location } = headers;
  if (!isRedirect(statusCode) || typeof location !== 'string' || !URL.canParse(location, asked)) return null;
  const { protocol, host, pathname } = new URL(location, asked);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  const path = pathname.length > 100 ? `${pathname.slice(0, 100)}…` : pathname;
  return `${host}${path === '/' ? '' : path.replace(/[^\w./~%…-]/g, '_')} over ${protocol.slice(0, -1)}`;
}

/**
 * A command that was answered with this status was not carried out: any 3xx or 4xx except 408, which a proxy may send
 * after the product acted. This is the only place that decides it.
 */
export const isRefusal = (status: number): boolean => status >= 300 && status < 500 && status !== 408;

const codeByStatus: Record<number, ErrorCode> = {
  400: 'BAD_USER_INPUT',
  401: 'PROVIDER_UNAUTHENTICATED',
  402: 'PROVIDER_FORBIDDEN',
  403: 'PROVIDER_FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'PROVIDER_TIMEOUT',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  422: 'BAD_USER_INPUT',
  423: 'CONFLICT',
  429: 'PROVIDER_RATE_LIMITED',
  451: 'PROVIDER_FORBIDDEN',
  504: 'PROVIDER_TIMEOUT',
};

const sentences: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'refuses what was asked',
  PROVIDER_UNAUTHENTICATED: 'refuses the configured credentials: check them in the configuration',
  PROVIDER_FORBIDDEN: 'says that the configured account may not do this',
  NOT_FOUND: 'has no such thing',
  PROVIDER_TIMEOUT: 'did not answer in time',
  CONFLICT: 'says that something else is in the way',
  PROVIDER_RATE_LIMITED: 'asks us to slow down',
  PROVIDER_UNAVAILABLE: 'failed to answer',
};

/** The error for an answer that is not 2xx. `url`: the URL of the request. */
export function errorForStatus(
  response: Head,
  { provider, url, isCommand }: { readonly provider: string; readonly url: string; readonly isCommand: boolean },
): GatewayError {
  const { statusCode: status } = response;
  if (isRedirect(status)) {
    const target = redirectTarget(response, url);
    const message = `${provider} redirects to ${target ?? 'a place that it does not name'} (HTTP ${status}), and redirects are not followed: configure the address where the product itself answers${undone(isCommand)}.`;
    return new GatewayError('PROVIDER_INVALID_RESPONSE', message);
  }
  const known = codeByStatus[status] ?? (status >= 500 ? 'PROVIDER_UNAVAILABLE' : 'PROVIDER_INVALID_RESPONSE');
  const code = isCommand && !isRefusal(status) ? 'OUTCOME_UNKNOWN' : known;
  return new GatewayError(code, `${provider} ${describe(status, code, isCommand)}.`, {
    retryAfterSeconds: readRetryAfter(response.headers['retry-after']),
  });
}

const undone = (isCommand: boolean): string => (isCommand ? '. Nothing was done' : '');

function describe(status: number, code: ErrorCode, isCommand: boolean): string {
  if (code === 'OUTCOME_UNKNOWN') {
    return `failed while it worked on this: look whether it happened before asking again (HTTP ${status})`;
  }
  const known = sentences[code];
  return known === undefined
    ? `answered in a way that its contract does not know (HTTP ${status})${undone(isCommand)}`
    : `${known} (HTTP ${status})`;
}

/** Seconds, from either form of the header. `Date.parse` takes "1.5" and "-5" for days of 2001, so a date has a time. */
function readRetryAfter(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  const seconds = /\d:\d/.test(text) ? Math.ceil((Date.parse(text) - Date.now()) / 1000) : Number.NaN;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
