/** What went wrong on the way to a product, or back. */
import { GatewayError } from '../errors.ts';

interface FailureContext {
  readonly provider: string;
  readonly signal: AbortSignal;
  readonly isExpired: boolean;
  /** A command that left, and whose answer did not come. */
  readonly isLost: boolean;
}

export function toGatewayError(error: unknown, { provider, signal, isExpired, isLost }: FailureContext): GatewayError {
  if (error instanceof GatewayError) return isLost ? lostAnswer(error, provider) : error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const timedOut = isExpired || code.endsWith('_TIMEOUT');
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
  return timedOut
    ? new GatewayError('PROVIDER_TIMEOUT', `${provider} did not answer in time.`, { cause: error })
    : new GatewayError('PROVIDER_UNAVAILABLE', `${provider} cannot be reached.`, { cause: error });
}

/** A command whose answer came but cannot be read was done, or not: nobody can tell from here. */
function lostAnswer(error: GatewayError, provider: string): GatewayError {
  if (error.code !== 'PROVIDER_INVALID_RESPONSE') return error;
  return new GatewayError(
    'OUTCOME_UNKNOWN',
    `${provider} took the command, but its answer cannot be read: look whether it happened before asking again.`,
    { cause: error },
  );
}
