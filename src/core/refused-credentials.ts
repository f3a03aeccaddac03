/** Credentials that a product refused at a login, so that they are not sent again: products lock accounts. */
import { type Instant, now } from './instant.ts';

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
