/**
 * Whoever wants anything passes here first, on every transport, before anything of it is read: who it is, and whether
 * it has asked for too much already. The context of an operation cannot be made without an admission.
 */
import type { GatewayError } from '../core/errors.ts';
import type { Authenticate } from './authenticate.ts';
import type { Identity } from './identity.ts';

/** Where a request comes from. */
export interface Caller {
  readonly requestId: string;
  /** The client's address, as a trusted proxy gives it where there is one. */
  readonly address: string;
}

export interface Admission extends Identity, Caller {
  /** By whom limits are counted: the viewer, or the address where nobody is asked who they are. */
  readonly countedAs: string;
}

/** Throws UNAUTHENTICATED, FORBIDDEN and RATE_LIMITED. */
export type Admit = (authorization: string | null, caller: Caller) => Promise<Admission> | Admission;

export const createAdmit =
  (authenticate: Authenticate): Admit =>
  async (authorization, caller) => {
    const identity = await authenticate(authorization);
    const { id } = identity.viewer;
    const countedAs = id === 'anonymous' ? `address:${caller.address}` : id;
    return { ...identity, ...caller, countedAs };
  };

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
