/** Facts about backups that need further calls: whether the data still exists, and what started the backup. */
import { GatewayError } from '../core/errors.ts';
import { presenceOf } from '../core/filter.ts';
import { type Backup, type BackupTrigger, type DataPresence, isSuccessful, type Origin } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { type AskedProvider, askProvider } from './ask.ts';

export interface Presence {
  readonly presence: DataPresence;
  /** Why the presence is UNKNOWN although the product reports it; null otherwise. */
  readonly problem: Problem | null;
}

/** Only a successful backup is known to have data. */
const mayHoldData = ({ status }: Backup): boolean => isSuccessful(status);

/** Returns the presence of each backup of one provider, in the same order. A failure becomes UNKNOWN with a problem. */
export async function readPresences(
  asked: AskedProvider,
  backups: readonly Backup[],
  signal: AbortSignal,
): Promise<readonly Presence[]> {
  const { provider } = asked;
  const open = backups.filter((backup) => mayHoldData(backup) && presenceOf(backup) === 'UNKNOWN');
  const told = backups.map((backup): Presence => ({ presence: presenceOf(backup), problem: null }));
  if (!provider.readDataPresence || open.length === 0) return told;
  const { answer, problem } = await askProvider(
    asked,
    ({ readDataPresence }, within) => readDataPresence?.call(provider, open, within) ?? Promise.resolve([]),
    signal,
  );
  const found = new Map(
    open.map((backup, index): [Backup, Presence] => {
      if (!answer) return [backup, { presence: 'UNKNOWN', problem }];
      const { presence = 'UNKNOWN', error = null } = answer[index] ?? {};
      return [backup, { presence, problem: error && { provider: provider.name, entityId: backup.entityId, error } }];
    }),
  );
  return backups.map((backup, index) => found.get(backup) ?? (told[index] as Presence));
}

/** Returns the trigger of each backup; UNKNOWN if it cannot be read. */
export async function readTriggers(
  provider: Provider,
  backups: readonly Backup[],
  signal: AbortSignal,
): Promise<readonly BackupTrigger[]> {
  const open = backups.filter(({ trigger }) => trigger === 'UNKNOWN');
  if (!provider.readTriggers || open.length === 0) return backups.map(({ trigger }) => trigger);
  const answers = await provider.readTriggers(open, signal).catch((error: unknown) => {
    if (error instanceof GatewayError) return [];
    throw error;
  });
  const found = new Map(open.map((backup, index) => [backup, answers[index] ?? backup.trigger]));
  return backups.map((backup) => found.get(backup) ?? backup.trigger);
}

/** Returns what started each backup; null if the product does not tell. */
export async function readOrigins(
  provider: Provider,
  backups: readonly Backup[],
  signal: AbortSignal,
): Promise<readonly (Origin | null)[]> {
  const open = backups.filter(({ origin }) => origin === undefined);
  const answers = open.length > 0 ? ((await provider.readOrigins?.(open, signal)) ?? []) : [];
  const found = new Map(open.map((backup, index) => [backup, answers[index] ?? null]));
  return backups.map((backup) => backup.origin ?? found.get(backup) ?? null);
}

/** Returns one problem for each entity and reason. */
export function problemsOfPresences(presences: readonly Presence[]): Problem[] {
  const found = new Map<string, Problem>();
  for (const { problem } of presences) {
    if (problem) found.set(JSON.stringify([problem.provider, problem.entityId, problem.error.message]), problem);
  }
  return [...found.values()];
}
