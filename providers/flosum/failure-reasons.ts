/** Why jobs failed. Rows do not say it; the last error in the log of the job does. */
import { createDeadline } from '../../src/core/deadline.ts';
import { findGatewayError } from '../../src/core/errors.ts';
import type { FlosumBackup } from './map.ts';

/** A read of more backups at once is like a list, which costs no call for each of its rows. */
const fewBackups = 1;
/** A log comes from its first line, and the reason is at its end: a log that takes longer is left. */
const longestReadMs = 5_000;

type LastError = (backup: FlosumBackup, signal: AbortSignal) => Promise<string | null>;

/** Adds `errorMessage` to failed backups where few are asked for, by one call for each. */
export function createFailureReasons(lastError: LastError, longestMs = longestReadMs) {
  async function explain(backup: FlosumBackup, signal: AbortSignal): Promise<FlosumBackup> {
    using deadline = createDeadline(signal, longestMs);
    try {
      return { ...backup, errorMessage: await lastError(backup, deadline.signal) };
    } catch (error) {
      if (signal.aborted || !findGatewayError(error)) throw error;
      // The backup is there; only its reason is not.
      return { ...backup, unreadable: [...(backup.unreadable ?? []), 'log'] };
    }
  }

  return (backups: readonly (FlosumBackup | null)[], signal: AbortSignal): Promise<(FlosumBackup | null)[]> =>
    Promise.all(
      backups.map((backup) =>
        backup?.status === 'FAILED' && backups.length <= fewBackups ? explain(backup, signal) : backup,
      ),
    );
}
