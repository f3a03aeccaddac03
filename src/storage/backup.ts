/** Copies a database file while a gateway may be using it. */
import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { checkDatabase, explainOpening, LedgerError, openReadOnly } from './database.ts';
import { realPathOf } from './database-file.ts';

/**
 * Writes the state of one moment to `to`, a new file that its owner only may read. Writers do not wait for it. Throws
 * LedgerError, and then leaves no file.
 */
export function backupFile(file: string, to: string): void {
  const source = openReadOnly(realPathOf(file));
  try {
    createTarget(to);
    try {
      // The copy can be made smaller in steps, also that of a file of an earlier version.
      source.exec('PRAGMA auto_vacuum = INCREMENTAL');
      source.prepare('VACUUM INTO ?').run(to);
      checkCopy(to);
    } catch (error) {
      rmSync(to, { force: true });
      throw explainOpening(error, to);
    }
  } finally {
    source.close();
  }
}

/** SQLite writes into an empty file, and keeps its mode. */
function createTarget(to: string): void {
  try {
    closeSync(openSync(to, 'wx', 0o600));
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'there is such a file already' : 'is there such a folder, and may it be written?';
    throw new LedgerError(`The backup cannot be written to ${to}: ${reason}`, { cause });
  }
}

function checkCopy(to: string): void {
  const copy = openReadOnly(to);
  try {
    checkDatabase(copy, to);
  } finally {
    copy.close();
  }
  // On the disk before anybody is told that it is there.
  const descriptor = openSync(to, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
