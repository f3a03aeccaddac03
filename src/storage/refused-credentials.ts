/**
 * Credentials that a product refused at a login. They are stored until the configuration changes, across restarts and
 * for both `check` and `serve`, since products lock an account after a few failed logins.
 */
import type Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { createRefusedCredentials, type RefusedCredentials } from '../core/refused-credentials.ts';
import type { StorageHealth } from './storage-health.ts';

const wireRow = z.object({ at: z.int() });

/** Stores refused credentials in the database. Entries that cannot be written are kept in memory. */
export function openRefusedCredentials(database: Database.Database, health: StorageHealth): RefusedCredentials {
  const select = database.prepare('SELECT at FROM refused_credentials WHERE hash = ?');
  const selectAny = database.prepare('SELECT at FROM refused_credentials LIMIT 1');
  const insert = database.prepare('INSERT OR REPLACE INTO refused_credentials (hash, at) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM refused_credentials WHERE hash = ?');
  const unwritten = createRefusedCredentials();

  function tryUse<T>(work: () => T, fallback: T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof GatewayError) return fallback;
      throw error;
    }
  }

  function read(hash: string): Instant | null {
    const row: unknown = select.get(hash);
    return row === undefined ? null : wireRow.parse(row).at;
  }

  return {
    hasAny: () => unwritten.hasAny() || tryUse(() => health.read(() => selectAny.get() !== undefined), false),
    find: (hash) => unwritten.find(hash) ?? tryUse(() => health.read(() => read(hash)), null),
    add(hash) {
      const isWritten = tryUse(() => Boolean(health.write(() => insert.run(hash, now()))), false);
      if (!isWritten) unwritten.add(hash);
    },
    remove(hash) {
      unwritten.remove(hash);
      health.write(() => remove.run(hash));
    },
  };
}
