/** What a product's answer is: its body as JSON, within bounds, or what its refusal means. */
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { type ErrorCode, GatewayError } from '../core/errors.ts';
import { decodeBody } from './decoding.ts';

export const isSuccess = ({ statusCode }: Dispatcher.ResponseData): boolean => statusCode >= 200 && statusCode <= 299;

/** What a product gave, if it has the shape of its contract. Throws PROVIDER_INVALID_RESPONSE otherwise. */
export function parseShape<T>(schema: z.ZodType<T>, value: unknown, provider: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GatewayError(
    'PROVIDER_INVALID_RESPONSE',
    `${provider} answered with JSON of another shape than its contract.`,
    { cause: parsed.error },
  );
}

/** Undefined where the text is not JSON (null is JSON). */
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
  /** By `performance.now()`: a body that still comes then is cut. One that falls silent is cut by undici. */
  readonly endsAt: number;
}

/**
 * The body as text, decompressed and without a byte order mark. It is cut off with an error as soon as it is larger or
 * slower than it may be, so that it is never held whole; what counts is its size after decompression.
 */
export async function readText(response: Dispatcher.ResponseData, limits: BodyLimits): Promise<string> {
  const { provider, maxBytes, endsAt } = limits;
  const cut = (code: ErrorCode, what: string): GatewayError => {
    // It tells of its end as an error, and one that nobody hears of would end the process.
    response.body.on('error', () => undefined).destroy();
    return new GatewayError(code, `${provider} ${what}.`);
  };
  const tooLarge = () => cut('PROVIDER_INVALID_RESPONSE', `sent more than ${maxBytes / 1_000_000} MB for one answer`);
  if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decodeBody(response, provider)) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    if (performance.now() > endsAt) throw cut('PROVIDER_TIMEOUT', 'sends its answer too slowly');
    chunks.push(chunk);
  }
  return toText(Buffer.concat(chunks, bytes));
}

/** JSON is UTF-8; a byte order mark says so where there is one, or says that it is UTF-16 all the same. */
function toText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Redirects are never followed: they would carry our credentials elsewhere. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400 && status !== 304;

/**
 * Where a redirect leads, as host, port and path. Its query and its credentials may be secrets; what is no URL is not
 * repeated. `asked`: the URL of the request, which a relative one goes by.
 */
export function redirectTarget({ statusCode, headers }: Dispatcher.ResponseData, asked: string): string | null {
  const { location } = headers;
  if (!isRedirect(statusCode) || typeof location !== 'string' || !URL.canParse(location, asked)) return null;
  const { protocol, host, pathname } = new URL(location, asked);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  const path = pathname.length > 100 ? `${pathname.slice(0, 100)}…` : pathname;
  return `${host}${path === '/' ? '' : path.replace(/[^\w./~%…-]/g, '_')} over ${protocol.slice(0, -1)}`;
}

/**
 * A command that was answered with this status was not carried out: a redirect only names another place to ask, and a
 * 4xx refuses. Except 408, which a proxy may send after the product acted. This is the one place that decides it.
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

/** `url`: what was asked. */
export function errorForStatus(
  response: Dispatcher.ResponseData,
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
