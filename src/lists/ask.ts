/** Asks one provider within its timeout, and returns a failure as a problem, so that other providers' parts remain. */
import { createDeadline } from '../core/deadline.ts';
import { findGatewayError, GatewayError } from '../core/errors.ts';
import type { BackupPage, Problem, Provider } from '../core/provider.ts';

export interface AskedProvider {
  readonly provider: Provider;
  /** Longest wait for this provider. */
  readonly timeoutMs: number;
}

export type Part<T> =
  | { readonly answer: T; readonly problem: null }
  | { readonly answer: null; readonly problem: Problem };

export async function askProvider<T>(
  asked: AskedProvider,
  ask: (provider: Provider, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<Part<T>> {
  using deadline = createDeadline(signal, asked.timeoutMs);
  try {
    return { answer: await ask(asked.provider, deadline.signal), problem: null };
  } catch (thrown) {
    return { answer: null, problem: toProblem(asked, thrown, deadline.isExpired()) };
  }
}

/** Why a provider's part is missing. Rethrows anything but a GatewayError: a bug must not look like a provider's failure. */
export function toProblem({ provider: { name }, timeoutMs }: AskedProvider, thrown: unknown, isLate: boolean): Problem {
  const known = findGatewayError(thrown);
  if (!known) throw thrown;
  const late = `${name} did not answer within ${timeoutMs / 1000} s.`;
  // A call that only waited for a slot has sent nothing to the provider.
  const error =
    isLate && known.code !== 'RATE_LIMITED' ? new GatewayError('PROVIDER_TIMEOUT', late, { cause: thrown }) : known;
  return { provider: name, entityId: null, error };
}

/** A problem for each provider that is complete again, but whose rows on an earlier page were skipped. */
export const skippedEarlier = (
  missed: readonly string[],
  problems: readonly Problem[],
  advice: string,
): readonly Problem[] =>
  missed
    .filter(
      (provider) =>
        !problems.some((problem) => problem.provider === provider && problem.entityId === null && !problem.isUntold),
    )
    .map((provider) => ({
      provider,
      entityId: null,
      error: new GatewayError(
        'INCOMPLETE',
        `${provider} did not tell everything on an earlier page, and its rows there were skipped. ${advice}`,
      ),
    }));

/**
 * The problems of a page, and INCOMPLETE if an adapter breaks its contract: a short page of a list that goes on, without
 * a problem, would hide rows.
 */
export function problemsOf({ isEnd, rows, problems }: BackupPage, provider: string, limit: number): readonly Problem[] {
  if (isEnd || rows.length >= limit || problems.some(({ isUntold }) => !isUntold)) return problems;
  const error = new GatewayError('INCOMPLETE', `${provider} gave fewer backups than it has, without saying why.`);
  return [...problems, { provider, entityId: null, error }];
}
