/**
 * Every failure that a client may see: its code, what the code means to the rest of the gateway, and the class that
 * carries both. Anything else that is thrown is a bug: it is masked for clients and logged in full.
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

/** What an error code means. Health, breaker, polling, lists and adapters read these and keep no lists of codes. */
export interface ErrorTraits {
  /** The same request may succeed later. */
  readonly isRetryable: boolean;
  /**
   * Nothing was learnt of what was asked: the provider is away, too slow or too busy, refuses the gateway's login, or
   * sends an answer that is not of its contract. Streams stay open.
   */
  readonly isOutage: boolean;
  /** The time for the provider ran out. */
  readonly isTimeout: boolean;
  /** The provider refuses the configured credentials. */
  readonly isLoginRefused: boolean;
  /** The provider answered, and its answer cannot be read. Another request may be answered well. */
  readonly isUnreadable: boolean;
  /** The provider answered that this does not exist, or not for the configured account. */
  readonly isDenied: boolean;
  /** The provider does not do its work. Every other refusal is the answer of a healthy provider. */
  readonly isUnhealthy: boolean;
  /** Counts as a failure for the circuit breaker. */
  readonly opensBreaker: boolean;
  /** As the answer to a login: the next login has to wait, since it would be refused too and may lock the account. */
  readonly pausesLogins: boolean;
  /** What the audit log calls a command that ended so. `REFUSED`: nothing was done, and the viewer has to ask otherwise or later. */
  readonly commandOutcome: 'REFUSED' | 'FAILED' | 'UNKNOWN';
}

/** A failure that says nothing of the provider's health. */
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

/** A code without a row does not compile. */
const traitsByCode = {
  BAD_USER_INPUT: { ...refusal, pausesLogins: true },
  NOT_FOUND: { ...refusal, isDenied: true },
  CONFLICT: { ...refusal, isRetryable: true },
  UNSUPPORTED: refusal,
  UNAUTHENTICATED: refusal,
  FORBIDDEN: refusal,
  // The gateway's own limit: the request was not sent, so it is no sign of the provider's health.
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
  /** Seconds after which a retry makes sense, where known; values over a day count as a day. */
  readonly retryAfterSeconds?: number | null | undefined;
  /** Path of the argument that is wrong, from the root of the arguments: `['input', 'entityId']`. */
  readonly field?: readonly string[] | null | undefined;
  readonly wasSent?: boolean | null;
}

/** One day. A Node timer for more than 24 days fires at once. */
const maxRetryAfterSeconds = 86_400;

/** Programs act on the code and its traits; the message tells a person what happened and what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | null;
  readonly field: readonly string[] | null;
  /** Of a command: whether its request may have reached the product. Null for reads, and where it is not known. */
  readonly wasSent: boolean | null;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    const { retryAfterSeconds = null } = options;
    this.retryAfterSeconds = retryAfterSeconds === null ? null : Math.min(retryAfterSeconds, maxRetryAfterSeconds);
    this.field = options.field ?? null;
    this.wasSent = options.wasSent ?? null;
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

  /** The same error with `wasSent` set; a copy, since one error may be shared by several calls. */
  withSent(wasSent: boolean): GatewayError {
    if (this.wasSent === wasSent) return this;
    const { cause, retryAfterSeconds, field } = this;
    return new GatewayError(this.code, this.message, {
      ...(cause === undefined ? {} : { cause }),
      retryAfterSeconds,
      field,
      wasSent,
    });
  }
}

/** An argument of the client is wrong; the message says what to change. */
export const badInput = (message: string, field?: readonly string[]): GatewayError =>
  new GatewayError('BAD_USER_INPUT', message, { field });

/** The first GatewayError in the chain of causes; null for a bug. */
export function findGatewayError(error: unknown): GatewayError | null {
  let current = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if (current instanceof GatewayError) return current;
    current = 'originalError' in current ? (current.originalError ?? current.cause) : current.cause;
  }
  return null;
}
