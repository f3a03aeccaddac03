/**
 * Credentials that a product refused at a login. They are kept until the configuration changes, over restarts and for
 * `check` and `serve` alike: products lock an account after a few wrong logins.
 */
import type Database from 'libsql';
import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import { type Instant, now } from '../instant.ts';
import type { StorageHealth } from './storage-health.ts';

/** By a hash of the product's address and the credentials, never the credentials. */
export interface RefusedCredentials {
  /** False where no credentials are known as refused, so that no hash need be computed. */
  hasAny(): boolean;
  /** When they were refused; null where they were not. */
  find(hash: string): Instant | null;
  add(hash: string): void;
  remove(hash: string): void;
}

/** For as long as the process runs. */
export function createRefusedCredentials(): RefusedCredentials {
  const refused = new Map<string, Instant>();
  return {
    hasAny: () => refused.size > 0,
    find: (hash) => refused.get(hash) ?? null,
    add: (hash) => void refused.set(hash, now()),
    remove: (hash) => void refused.delete(hash),
  };
}

const wireRow = z.object({ at: z.int() });

/** In the database; what cannot be written there is known to this process at least. */
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
