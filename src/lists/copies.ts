/** Where the data of backups is, which needs further calls. */
import type { GatewayError } from '../core/errors.ts';
import { type Backup, type Copy, isSuccessful } from '../core/model.ts';
import { type AskedProvider, askProvider } from './ask.ts';

/** Null: the product does not tell. */
export type Copies = readonly Copy[] | null | GatewayError;

/** Returns the copies of each backup of one provider, in the same order. A backup that did not succeed has none. */
export async function readCopies(
  asked: AskedProvider,
  backups: readonly Backup[],
  signal: AbortSignal,
): Promise<readonly Copies[]> {
  const { provider } = asked;
  if (!provider.readCopies) return backups.map(() => null);
  const open = backups.filter(({ status }) => isSuccessful(status));
  if (open.length === 0) return backups.map(() => []);
  const { answer, problem } = await askProvider(
    asked,
    ({ readCopies: read }, within) => read?.call(provider, open, within) ?? Promise.resolve([]),
    signal,
  );
  const found = new Map<Backup, Copies>(
    open.map((backup, index) => {
      const { copies = null, error = null } = answer?.[index] ?? {};
      return [backup, problem?.error ?? error ?? copies];
    }),
  );
  return backups.map((backup) => (found.has(backup) ? (found.get(backup) ?? null) : []));
}
