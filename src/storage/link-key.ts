/** The key of download links: made from the random key that the database has had since its audit log. */
import { hkdfSync } from 'node:crypto';
import type { Storage } from './started-storage.ts';

/** Rejects with STORAGE_UNAVAILABLE. It is read once. */
export function createLinkKey({ database, health }: Pick<Storage, 'database' | 'health'>): () => Promise<Uint8Array> {
  let known: Uint8Array | null = null;
  const read = () => database.db.selectFrom('audit_key').select('key').executeTakeFirstOrThrow();
  return async () => {
    if (known) return known;
    const { key } = await health.read(read);
    known = new Uint8Array(hkdfSync('sha256', new Uint8Array(key), '', 'download links', 32));
    return known;
  };
}
