/** Asking one provider for its part: within its time, and with a failure as an answer that the others' parts survive. */
import { createDeadline } from '../core/deadline.ts';
import { findGatewayError, GatewayError } from '../core/errors.ts';
import type { BackupPage, Problem, Provider } from '../core/provider.ts';

export interface AskedProvider {
  readonly provider: Provider;
  /** Longest wait for it; nothing else waits for it any longer. */
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

/** Why a provider's part is missing. Throws what is no error of ours: a bug must not hide as a provider's fault. */
export function toProblem({ provider: { name }, timeoutMs }: AskedProvider, thrown: unknown, isLate: boolean): Problem {
  const known = findGatewayError(thrown);
  if (!known) throw thrown;
  const late = `${name} did not answer within ${timeoutMs / 1000} s.`;
  // A call that only waited for its turn has asked the provider nothing.
  const error =
    isLate && known.code !== 'RATE_LIMITED' ? new GatewayError('PROVIDER_TIMEOUT', late, { cause: thrown }) : known;
  return { provider: name, entityId: null, error };
}

/** Providers that answer whole again, whose rows before the cursor this walk has passed by. */
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
 * The page's problems, and one for what no adapter should do, and one may: a page that is short although the list goes
 * on leaves out rows that nobody speaks of, and rows of others would be shown past them.
 */
export function problemsOf({ isEnd, rows, problems }: BackupPage, provider: string, limit: number): readonly Problem[] {
  if (isEnd || rows.length >= limit || problems.some(({ isUntold }) => !isUntold)) return problems;
  const error = new GatewayError('INCOMPLETE', `${provider} gave fewer backups than it has, without saying why.`);
  return [...problems, { provider, entityId: null, error }];
}
