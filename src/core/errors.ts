/**
 * The one list of what can go wrong, and the one class that says it. Everything else that is thrown is a bug:
 * it is masked for clients and logged whole.
 */

/** Whether asking again, unchanged, may help. */
const retryable = {
  BAD_USER_INPUT: false,
  NOT_FOUND: false,
  CONFLICT: true,
  UNSUPPORTED: false,
  UNAUTHENTICATED: false,
  FORBIDDEN: false,
  RATE_LIMITED: true,
  PROVIDER_UNAVAILABLE: true,
  PROVIDER_TIMEOUT: true,
  PROVIDER_UNAUTHENTICATED: false,
  PROVIDER_FORBIDDEN: false,
  PROVIDER_RATE_LIMITED: true,
  PROVIDER_INVALID_RESPONSE: false,
  STORAGE_UNAVAILABLE: true,
  OUTCOME_UNKNOWN: false,
  INCOMPLETE: false,
  INTERNAL: false,
} as const;

export type ErrorCode = keyof typeof retryable;

export const errorCodes = Object.keys(retryable) as ErrorCode[];

export interface GatewayErrorOptions {
  /** What was thrown below; for the log, never for clients. */
  readonly cause?: unknown;
  /** Seconds until asking again makes sense, where that is known; a day at most. */
  readonly retryAfterSeconds?: number | undefined;
  /** The path of the argument that is wrong, from the root of the arguments: `['input', 'entityId']`. */
  readonly field?: readonly string[] | undefined;
}

/** A timer for more than 24 days fires at once, and who said a year will not mind being asked tomorrow. */
const maxRetryAfterSeconds = 86_400;

/** The code decides what a program does; the message tells a person what happened and what to do. */
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

  get retryable(): boolean {
    return retryable[this.code];
  }
}

/** What the caller asked for cannot be: says where and what to do. */
export const badInput = (message: string, field?: readonly string[]): GatewayError =>
  new GatewayError('BAD_USER_INPUT', message, { field });

/** The first in a chain of causes that is one of ours, or null for a bug. */
export function findGatewayError(error: unknown): GatewayError | null {
  let current = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth++) {
    if (current instanceof GatewayError) return current;
    current = 'originalError' in current ? (current.originalError ?? current.cause) : current.cause;
  }
  return null;
}
