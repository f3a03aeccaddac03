/** The files of an SQLite database: their real paths, their modes, and whether they were replaced. */
import { chmodSync, chownSync, closeSync, openSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LedgerError } from './database.ts';

/** Maximum of symbolic links to follow. */
const maxLinks = 40;

/**
 * Returns the path of a file after following links; the file need not exist. Throws LedgerError if its folder does not.
 */
export function realPathOf(file: string): string {
  // SQLite also accepts a `file:` URI.
  let path = resolve(file.replace(/^file:(\/\/(?=\/))?/, ''));
  try {
    for (let links = 0; links < maxLinks; links++) {
      const target = targetOf(path);
      if (target === null) return join(realpathSync(dirname(path)), basename(path));
      path = resolve(dirname(path), target);
    }
  } catch (cause) {
    throw cannotOpen(file, cause);
  }
  throw cannotOpen(file, new Error('too many symbolic links'));
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'EINVAL' || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Creates the file if it does not exist, with access for its owner only. Throws LedgerError if it is not writable. */
export function requireFile(path: string): void {
  const stats = findStats(path);
  if (!stats) {
    // SQLite creates -wal and -shm with the mode of the database.
    try {
      closeSync(openSync(path, 'wx', 0o600));
      giveToOwnerOfFolder(path);
    } catch (cause) {
      throw cannotOpen(path, cause);
    }
    return;
  }
  if (!stats.isFile()) {
    throw new LedgerError(
      `${path} is not a file: storage.url is \`file:\` and the path of the file that the gateway keeps its ledger in.`,
    );
  }
  if ((stats.mode & 0o200) === 0) {
    throw new LedgerError(
      `The ledger at ${path} is read-only. The gateway must be able to write the file and its folder.`,
    );
  }
}

/** Gives the file to the owner of its folder: the gateway's user must be able to open it after root has run `check`. */
function giveToOwnerOfFolder(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  if (uid !== 0) chownSync(path, uid, gid);
}

/** Restricts access to the owner of the file, if the file exists. */
export function restrictMode(path: string): void {
  const stats = findStats(path);
  if (!stats || (stats.mode & 0o777) === 0o600) return;
  try {
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new LedgerError(
      `Others may read or change ${path}, and its mode cannot be changed: chmod 600 it as its owner, and run the gateway as that user.`,
      { cause },
    );
  }
}

function findStats(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cannotOpen(path, cause);
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const cannotOpen = (file: string, cause: unknown) =>
  new LedgerError(`The ledger cannot be opened at ${file}: is there such a folder, and may it be written?`, { cause });
