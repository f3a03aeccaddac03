/** Classifies the failure of one attempt: which error it is, and what it says about the provider. */
import { GatewayError } from '../core/errors.ts';
import { isRefusal } from './answer.ts';
import { isTimeout } from './semaphore.ts';
import { whyUnreachable } from './unreachable.ts';

/** The result of one attempt. */
export type Outcome<T> = Success<T> | Failure;

/**
 * What an attempt says about the provider. `healthy`: it does its work, also where it refuses a request. `outage`: it
 * does not. `none`: nothing, for example because the caller went before the answer.
 */
type Verdict = 'healthy' | 'outage' | 'none';

interface Success<T> {
  readonly verdict: 'healthy';
  readonly error: null;
  readonly value: T;
}

export interface Failure {
  readonly verdict: Verdict;
  readonly error: GatewayError;
  readonly isWorthRetry: boolean;
}

/** How far an attempt got. */
export interface Progress {
  readonly isCommand: boolean;
  /** The request may have reached the product; false is certain. Not tracked for downloads. */
  readonly isSent: boolean;
  /** HTTP status of the answer; 0 before its head has arrived. */
  readonly status: number;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

type Left = Pick<AbortSignal, 'aborted' | 'reason'>;

interface FailureContext {
  readonly provider: string;
  /** Of the caller: whether it has gone, or its own time is over, and why. */
  readonly signal: Left;
  /** The deadline of the call ran out. */
  readonly isExpired: boolean;
  /** A command may have reached the product, and no answer says what became of it. */
  readonly isLost: boolean;
}

/** The error to throw for whatever a call threw. */
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

/** An answer that cannot be read does not say whether the command was carried out. */
function lostAnswer(error: GatewayError, provider: string): GatewayError {
  if (!error.traits.isUnreadable) return error;
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    `${provider} took the command, but its answer cannot be read: look whether it happened before asking again.`,
    { cause: error },
  );
}

/** `timeoutMs`: how long the provider may take for an answer. */
export function toFailure(
  thrown: unknown,
  call: Progress,
  { provider, signal, isExpired, timeoutMs }: Omit<FailureContext, 'isLost'> & { readonly timeoutMs: number },
): Failure {
  // The status of a refusal is enough to know that nothing was done, even if its body is lost.
  const isLost = call.isCommand && call.isSent && !isRefusal(call.status);
  const error = toGatewayError(thrown, { provider, signal, isExpired, isLost });
  if (signal.aborted && !hasWaitedLong(signal, call, timeoutMs)) {
    return { verdict: 'none', error, isWorthRetry: false };
  }
  const isWorthRetry = !call.isCommand && !signal.aborted && !isExpired && mayPass(thrown, call);
  return { verdict: isProviderDown(error, call) ? 'outage' : 'healthy', error, isWorthRetry };
}

/** The caller's own deadline ran out, after at least half of the time that the provider may take. */
const hasWaitedLong = ({ reason }: Left, { startedAt }: Progress, timeoutMs: number): boolean =>
  isTimeout(reason) && performance.now() - startedAt >= timeoutMs / 2;

/**
 * The provider does not do its work; one that refuses a request does. A command whose outcome is unknown counts unless
 * the product itself answered it, with 500, 501 or a body that cannot be read.
 */
function isProviderDown({ code, traits, cause }: GatewayError, { status }: Progress): boolean {
  if (!traits.opensBreaker) return false;
  return code !== 'OUTCOME_UNKNOWN' || ((status < 500 || status > 501) && !(cause instanceof GatewayError));
}

/** Connection errors that a new connection may not have. A missing answer is not one: the call has waited for it already. */
const connectionErrors = new Set([
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

/** A proxy answers so while the product behind it restarts. */
const isRestarting = (status: number): boolean => status >= 502 && status <= 504;

/** A repeated read may succeed. */
function mayPass(thrown: unknown, { status }: Progress): boolean {
  if (!(thrown instanceof GatewayError)) return connectionErrors.has(codeOf(thrown));
  if (!thrown.isOutage || !thrown.isRetryable) return false;
  return status === 429 ? thrown.retryAfterSeconds !== null : isRestarting(status);
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
