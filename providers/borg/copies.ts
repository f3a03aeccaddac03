/** Where the data of backups is: one archive in the repository of the job. */
import type { Backup, Copy } from '../../src/core/model.ts';
import type { CopiesReading } from '../../src/core/provider.ts';
import type { PresenceReader } from './data-presence.ts';

/** The same calls as for the presence of data: one for each repository. */
export const createCopies =
  (createReader: () => PresenceReader) =>
  async (backups: readonly Backup[], signal: AbortSignal): Promise<CopiesReading[]> => {
    const readings = await createReader()(backups, signal);
    return readings.map(({ presence, error }, index): CopiesReading => {
      if (presence === 'UNKNOWN') return { copies: null, error };
      const copy: Copy = { destination: backups[index]?.entityId ?? null, status: presence, expiresAt: null };
      return { copies: [copy], error: null };
    });
  };
