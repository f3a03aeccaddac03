/**
 * All errors that a client may see: their codes, the traits of each code, and the error class. Any other thrown error
 * is a bug: it is masked for clients and logged in full.
 */

export const errorCodes = [
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'UNSUPPORTED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'PROVIDER_UNAVAILABLE',
  'PROVIDER_TIMEOUT',
  'PROVIDER_UNAUTHENTICATED',
  'PROVIDER_FORBIDDEN',
  'PROVIDER_RATE_LIMITED',
  'PROVIDER_INVALID_RESPONSE',
  'STORAGE_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'INCOMPLETE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Traits of an error code. Other modules read these traits instead of comparing codes. */
export interface ErrorTraits {
  /** The same request may succeed later. */
  readonly isRetryable: boolean;
  /**
   * The provider gave no usable answer: it is unavailable, too slow or too busy, refuses the gateway's login, or
   * violates its API contract. Streams stay open.
   */
  readonly isOutage: boolean;
  /** The timeout of the provider expired. */
  readonly isTimeout: boolean;
  /** The provider refuses the configured credentials. */
  readonly isLoginRefused: boolean;
  /** The provider sent an unreadable answer. Other requests may succeed. */
  readonly isUnreadable: boolean;
  /** The provider answered that the object does not exist, or that the configured account may not access it. */
  readonly isDenied: boolean;
  /** The provider is unhealthy. False for refusals by a healthy provider. */
  readonly isUnhealthy: boolean;
  /** Counts as a failure for the circuit breaker. */
  readonly opensBreaker: boolean;
  /** After this error of a login, logins pause: another one would be refused as well and may lock the account. */
  readonly pausesLogins: boolean;
  /**
   * Outcome of the command in the audit log. `REFUSED`: nothing was done; the viewer may change the request or retry.
   */
  readonly commandOutcome: 'REFUSED' | 'FAILED' | 'UNKNOWN';
}

/** A failure that is unrelated to the provider's health. */
const fault: ErrorTraits = {
  isRetryable: false,
  isOutage: false,
  isTimeout: false,
  isLoginRefused: false,
  isUnreadable: false,
  isDenied: false,
  isUnhealthy: false,
  opensBreaker: false,
  pausesLogins: false,
  commandOutcome: 'FAILED',
};
const refusal: ErrorTraits = { ...fault, commandOutcome: 'REFUSED' };
const outage: ErrorTraits = { ...fault, isOutage: true, isUnhealthy: true };

/** Compilation fails for a code without a row. */
const traitsByCode = {
  BAD_USER_INPUT: { ...refusal, pausesLogins: true },
  NOT_FOUND: { ...refusal, isDenied: true },
  CONFLICT: { ...refusal, isRetryable: true },
  UNSUPPORTED: refusal,
  UNAUTHENTICATED: refusal,
  FORBIDDEN: refusal,
  // The gateway's own limit: the request was not sent, so the provider's health is not known.
  RATE_LIMITED: { ...refusal, isRetryable: true, isOutage: true },
  PROVIDER_UNAVAILABLE: { ...outage, isRetryable: true, opensBreaker: true },
  PROVIDER_TIMEOUT: { ...outage, isRetryable: true, opensBreaker: true, isTimeout: true },
  PROVIDER_UNAUTHENTICATED: { ...outage, isLoginRefused: true, pausesLogins: true },
  PROVIDER_FORBIDDEN: { ...fault, isDenied: true, pausesLogins: true },
  PROVIDER_RATE_LIMITED: { ...outage, isRetryable: true, pausesLogins: true },
  PROVIDER_INVALID_RESPONSE: { ...outage, isUnreadable: true },
  STORAGE_UNAVAILABLE: { ...refusal, isRetryable: true },
  OUTCOME_UNKNOWN: { ...fault, isUnhealthy: true, opensBreaker: true, commandOutcome: 'UNKNOWN' },
  INCOMPLETE: fault,
  INTERNAL: fault,
} as const satisfies Record<ErrorCode, ErrorTraits>;

export const traitsOf = (code: ErrorCode): ErrorTraits => traitsByCode[code];

export interface GatewayErrorOptions {
  /** The underlying error; for the log, never for clients. */
  readonly cause?: unknown;
  /** Seconds to wait before a retry; null if not known. At most one day. */
  readonly retryAfterSeconds?: number | null | undefined;
  /** Path of the argument that is wrong, from the root of the arguments: `['input', 'entityId']`. */
  readonly field?: readonly string[] | null | undefined;
}

/** One day. A Node timer for more than 24 days fires at once. */
const maxRetryAfterSeconds = 86_400;

/** The code and its traits are for programs. The message says what happened and what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | null;
  readonly field: readonly string[] | null;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    const { retryAfterSeconds = null } = options;
    this.retryAfterSeconds = retryAfterSeconds === null ? null : Math.min(retryAfterSeconds, maxRetryAfterSeconds);
    this.field = options.field ?? null;
  }

  get traits(): ErrorTraits {
    return traitsByCode[this.code];
  }

  get isRetryable(): boolean {
    return this.traits.isRetryable;
  }

  get isOutage(): boolean {
    return this.traits.isOutage;
  }
}

/** Creates BAD_USER_INPUT. The message must say what to change. */
export const badInput = (message: string, field?: readonly string[]): GatewayError =>
  new GatewayError('BAD_USER_INPUT', message, { field });

/** Returns the first GatewayError in the chain of causes; null if there is none. */
export function findGatewayError(error: unknown): GatewayError | null {
  let current = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if (current instanceof GatewayError) return current;
    current = 'originalError' in current ? (current.originalError ?? current.cause) : current.cause;
  }
  return null;
}
