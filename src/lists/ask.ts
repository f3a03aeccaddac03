/** Calls one provider within its timeout. A failure becomes a problem, so that the rows of other providers remain. */
import { createDeadline } from '../core/deadline.ts';
import { findGatewayError, GatewayError } from '../core/errors.ts';
import type { BackupPage, Problem, Provider } from '../core/provider.ts';

export interface AskedProvider {
  readonly provider: Provider;
  /** Timeout of this provider in milliseconds. */
  readonly timeoutMs: number;
}

export type Part<T> =
  | { readonly answer: T; readonly problem: null }
  | { readonly answer: null; readonly problem: Problem };

/** `spentMs`: milliseconds of the timeout that earlier calls for the same answer have taken. */
export async function askProvider<T>(
  asked: AskedProvider,
  ask: (provider: Provider, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  spentMs = 0,
): Promise<Part<T>> {
  using deadline = createDeadline(signal, Math.max(1, asked.timeoutMs - spentMs));
  try {
    return { answer: await ask(asked.provider, deadline.signal), problem: null };
  } catch (thrown) {
    return { answer: null, problem: toProblem(asked, thrown, deadline.isExpired()) };
  }
}

/**
 * Turns a failure into a problem. Rethrows anything but a GatewayError: a bug must not look like a provider failure.
 */
export function toProblem({ provider: { name }, timeoutMs }: AskedProvider, thrown: unknown, isLate: boolean): Problem {
  const known = findGatewayError(thrown);
  if (!known) throw thrown;
  const late = `${name} did not answer within ${timeoutMs / 1000} s.`;
  // A call that only waited for a slot has sent nothing to the provider.
  const error =
    isLate && known.code !== 'RATE_LIMITED' ? new GatewayError('PROVIDER_TIMEOUT', late, { cause: thrown }) : known;
  return { provider: name, entityId: null, error };
}

/** Returns a problem for each provider that answers again, but whose rows were skipped on an earlier page. */
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
        `${provider} was incomplete on an earlier page, and its rows there were skipped. ${advice}`,
      ),
    }));

/**
 * Returns the problems of a page. Adds INCOMPLETE if an adapter violates its contract: a short page that is not the end
 * and has no problem would hide rows. `enough`: see `PageQuery`.
 */
export function problemsOf(
  { isEnd, rows, problems }: BackupPage,
  provider: string,
  enough: number,
): readonly Problem[] {
  if (isEnd || rows.length >= enough || problems.some(({ isUntold }) => !isUntold)) return problems;
  const error = new GatewayError('INCOMPLETE', `${provider} returned only some of its backups and gave no reason.`);
  return [...problems, { provider, entityId: null, error }];
}
