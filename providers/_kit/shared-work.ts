/** Waiting for work that other callers share: a caller whose signal aborts stops waiting, and the work goes on. */
import { untilAborted } from '../../src/core/deadline.ts';
import { GatewayError } from '../../src/core/errors.ts';

/** Throws what the work threw; PROVIDER_TIMEOUT, or the GatewayError that is the signal's reason, if it aborts first. */
export const waitForShared = <T>(provider: string, work: Promise<T>, signal: AbortSignal): Promise<T> =>
  untilAborted(work, signal).catch((error: unknown) => {
    throw signal.aborted && error === signal.reason ? ended(provider, signal) : error;
  });

/** Throws as `waitForShared` does if the signal is aborted already. */
export function throwIfEnded(provider: string, signal: AbortSignal): void {
  if (signal.aborted) throw ended(provider, signal);
}

function ended(provider: string, { reason: cause }: AbortSignal): GatewayError {
  if (cause instanceof GatewayError) return cause;
  return new GatewayError('PROVIDER_TIMEOUT', `The request ended before ${provider} answered.`, { cause });
}
