/** What went wrong on the way to a product, or back, and what that says of the product. */
import { GatewayError } from '../core/errors.ts';
import { isRefusal } from './answer.ts';
import { whyUnreachable } from './unreachable.ts';

/** What an attempt came to. `says` is what it tells of the product: `nothing` where nobody waited for its answer. */
export type Outcome<T> = Success<T> | Failure;

interface Success<T> {
  readonly says: 'answer';
  readonly error: null;
  readonly value: T;
}

export interface Failure {
  readonly says: 'answer' | 'outage' | 'nothing';
  readonly error: GatewayError;
  readonly isWorthRetry: boolean;
}

/** How far an attempt has come. */
export interface Progress {
  readonly isCommand: boolean;
  /** The request may have left: before that, a failed command did nothing for certain. Only commands say so. */
  readonly isSent: boolean;
  /** Of the answer; 0 before its head. */
  readonly status: number;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

interface FailureContext {
  readonly provider: string;
  readonly signal: AbortSignal;
  readonly isExpired: boolean;
  /** A command that left, and whose answer did not come. */
  readonly isLost: boolean;
}

export function toGatewayError(error: unknown, { provider, signal, isExpired, isLost }: FailureContext): GatewayError {
  if (error instanceof GatewayError) return isLost ? lostAnswer(error, provider) : error;
  const timedOut = isExpired || codeOf(error).endsWith('_TIMEOUT');
  if (isLost) {
    return new GatewayError(
      'OUTCOME_UNKNOWN',
      `The answer of ${provider} was lost on the way: look whether it happened before asking again.`,
      { cause: error },
    );
  }
  if (signal.aborted) {
    return signal.reason instanceof GatewayError
      ? signal.reason
      : new GatewayError('PROVIDER_TIMEOUT', `The request ended before ${provider} answered.`, { cause: error });
  }
  if (timedOut) {
    const isConnecting = codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT' || codeOf(error) === 'ETIMEDOUT';
    const what = isConnecting ? 'did not take a connection in time' : 'did not answer in time';
    return new GatewayError('PROVIDER_TIMEOUT', `${provider} ${what}.`, { cause: error });
  }
  const why = whyUnreachable(error);
  const message = `${provider} cannot be reached${why === null ? '' : `: ${why}`}.`;
  return new GatewayError('PROVIDER_UNAVAILABLE', message, { cause: error });
}

/** A command whose answer came but cannot be read was done, or not: nobody can tell from here. */
function lostAnswer(error: GatewayError, provider: string): GatewayError {
  if (!error.traits.isUnreadable) return error;
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    `${provider} took the command, but its answer cannot be read: look whether it happened before asking again.`,
    { cause: error },
  );
}

/** `patienceMs`: how long the provider may take. */
export function toFailure(
  thrown: unknown,
  call: Progress,
  { provider, signal, isExpired, patienceMs }: Omit<FailureContext, 'isLost'> & { readonly patienceMs: number },
): Failure {
  // Of a refusal the status alone says that nothing was done, whatever becomes of its body.
  const isLost = call.isCommand && call.isSent && !isRefusal(call.status);
  const error = toGatewayError(thrown, { provider, signal, isExpired, isLost });
  if (signal.aborted && !ranOutOfPatience(signal, call, patienceMs)) {
    return { says: 'nothing', error, isWorthRetry: false };
  }
  const isWorthRetry = !call.isCommand && !signal.aborted && !isExpired && mayPass(thrown, call);
  return { says: isOutage(error, call) ? 'outage' : 'answer', error, isWorthRetry };
}

/** A caller that lost interest says nothing of the product; one that waited for long and got nothing does. */
const ranOutOfPatience = ({ reason }: AbortSignal, { startedAt }: Progress, patienceMs: number): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError' && performance.now() - startedAt >= patienceMs / 2;

/**
 * The product does not do its work, as opposed to one that refuses what it was asked, in whatever words. A command that
 * it answers with a fault of its own is an answer to that command, though nobody knows what became of it.
 */
function isOutage({ code, traits, cause }: GatewayError, { status }: Progress): boolean {
  if (!traits.opensBreaker) return false;
  return code !== 'OUTCOME_UNKNOWN' || ((status < 500 || status > 501) && !(cause instanceof GatewayError));
}

/** Faults of a connection, which another one need not have. Silence is none: who is silent has been waited for. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a proxy says while the product behind it starts again. */
const isRestarting = (status: number): boolean => status >= 502 && status <= 504;

function mayPass(thrown: unknown, { status }: Progress): boolean {
  if (!(thrown instanceof GatewayError)) return passing.has(codeOf(thrown));
  if (!thrown.isOutage || !thrown.isRetryable) return false;
  return status === 429 ? thrown.retryAfterSeconds !== null : isRestarting(status);
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
