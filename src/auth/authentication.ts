/**
 * Authentication and rate limits of a request, on every transport, before its body is read. The context of an operation
 * cannot be made without the result.
 */
import { isIP } from 'node:net';
import type { Limits } from '../config/limits.ts';
import { GatewayError } from '../core/errors.ts';
import { createRate } from '../core/rate.ts';
import type { ClientSoftware } from '../core/request-scope.ts';
import type { Authenticate } from './authenticate.ts';
import type { Identity } from './identity.ts';

/** Where a request comes from. */
export interface Caller {
  readonly requestId: string;
  /** The client's address, as a trusted proxy gives it where there is one. */
  readonly address: string;
  /** Absent where the client does not say. */
  readonly client?: ClientSoftware;
}

export interface Authentication extends Identity, Caller {
  /** By whom limits are counted: the viewer, or the address where nobody is asked who they are. */
  readonly countedAs: string;
}

/** Throws UNAUTHENTICATED, FORBIDDEN and RATE_LIMITED. */
export type AuthenticateRequest = (
  authorization: string | null,
  caller: Caller,
  /** Instead of the header: another way to know who it is, which counts likewise. */
  by?: () => Promise<Identity>,
) => Promise<Authentication> | Authentication;

/** The limits of requests and of failed logins per minute, counted here, or together with other gateways. */
export interface LoginRates {
  /** Counts one request and returns 0, or returns the seconds to wait. */
  readonly requests: { take(viewer: string): number | Promise<number> };
  readonly failures: {
    /** Counts one failure and returns 0, or returns the seconds to wait: then it must tell nothing. */
    take(address: string): number | Promise<number>;
    /** Returns the seconds to wait before the next login. Counts nothing. */
    wait(address: string): number | Promise<number>;
  };
}

const countedHere = (limits: Limits): LoginRates => ({
  requests: createRate(() => limits.requestsPerMinute),
  failures: createRate(() => limits.failedLoginsPerMinute),
});

export function createAuthenticateRequest(
  authenticate: Authenticate,
  limits: Limits,
  { requests, failures }: LoginRates = countedHere(limits),
): AuthenticateRequest {
  const tooManyFailures = (seconds: number) =>
    tooMany(limits.failedLoginsPerMinute, 'failed logins from your address', seconds);
  return async (authorization, caller, by = async () => authenticate(authorization)) => {
    const address = networkOf(caller.address);
    // Beyond the limit even a correct credential is refused, so that guessing tells nothing.
    const waitSeconds = await failures.wait(address);
    if (waitSeconds > 0) throw tooManyFailures(waitSeconds);
    let identity: Identity;
    try {
      identity = await by();
    } catch (error) {
      const overSeconds = await failures.take(address);
      throw overSeconds > 0 ? tooManyFailures(overSeconds) : error;
    }
    const { id } = identity.viewer;
    const countedAs = id === 'anonymous' ? `address:${address}` : id;
    const retryAfterSeconds = await requests.take(countedAs);
    if (retryAfterSeconds > 0) throw tooMany(limits.requestsPerMinute, 'requests of yours', retryAfterSeconds);
    return { ...identity, ...caller, countedAs };
  };
}

const tooMany = (limit: number, what: string, retryAfterSeconds: number): GatewayError =>
  new GatewayError(
    'RATE_LIMITED',
    `More than ${limit} ${what} came within a minute: try again in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );

/** One IPv6 network has 2^64 addresses, so that an IPv6 address is counted by its first 64 bits. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const start = head === '' ? [] : head.split(':');
  const end = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(8 - start.length - end.length, 0);
  const groups = [...start, ...new Array<string>(zeros).fill('0'), ...end];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** How HTTP says it, where the whole request is refused. */
export function refusalStatus({ code, retryAfterSeconds }: GatewayError): {
  status: number;
  headers: Record<string, string>;
} {
  if (code === 'UNAUTHENTICATED') {
    const later = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
    return { status: 401, headers: { 'www-authenticate': 'Bearer', ...later } };
  }
  if (code === 'RATE_LIMITED') return { status: 429, headers: { 'retry-after': String(retryAfterSeconds ?? 1) } };
  return { status: 403, headers: {} };
}
