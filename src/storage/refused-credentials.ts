/**
 * Credentials that a product refused at a login. They are stored until the configuration changes, across restarts and
 * for both `check` and `serve`, since products lock an account after a few failed logins.
 */
import { GatewayError } from '../core/errors.ts';
import { type Instant, now } from '../core/instant.ts';
import { createRefusedCredentials, type RefusedCredentials } from '../core/refused-credentials.ts';
import type { StorageDatabase } from './storage-database.ts';
import type { StorageHealth } from './storage-health.ts';

/** Stores refused credentials in the database. Entries that cannot be written are kept in memory. */
export function openRefusedCredentials({ db }: StorageDatabase, health: StorageHealth): RefusedCredentials {
  const unwritten = createRefusedCredentials();

  async function tryUse<T>(work: () => Promise<T>, fallback: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GatewayError) return fallback;
      throw error;
    }
  }

  const rows = db.selectFrom('refused_credentials').select('at');
  const find = (hash: string) => rows.where('hash', '=', hash).executeTakeFirst();
  const insert = (hash: string, at: Instant) =>
    db
      .insertInto('refused_credentials')
      .values({ hash, at })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ at }))
      .execute();

  return {
    hasAny: async () =>
      (await unwritten.hasAny()) ||
      tryUse(async () => Boolean(await health.read(() => rows.limit(1).executeTakeFirst())), false),
    find: async (hash) =>
      (await unwritten.find(hash)) ?? tryUse(async () => (await health.read(() => find(hash)))?.at ?? null, null),
    async add(hash) {
      const isWritten = await tryUse(async () => Boolean(await health.write(() => insert(hash, now()))), false);
      if (!isWritten) await unwritten.add(hash);
    },
    async remove(hash) {
      await unwritten.remove(hash);
      await health.write(() => db.deleteFrom('refused_credentials').where('hash', '=', hash).execute());
    },
  };
}
