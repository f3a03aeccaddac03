/** Credentials that a product refused at a login, so that they are not sent again: products lock accounts. */
import { type Instant, now } from './instant.ts';

/** Keyed by a hash of the product's address and the credentials, never by the credentials. */
export interface RefusedCredentials {
  /** Whether any credentials were refused. If not, no hash needs to be computed. */
  hasAny(): Promise<boolean>;
  /** Returns when the credentials were refused; null if they were not. */
  find(hash: string): Promise<Instant | null>;
  add(hash: string): Promise<void>;
  remove(hash: string): Promise<void>;
  /**
   * Where several gateways share them: runs `work`, a login to an account, while no other gateway logs in there, so that a refusal is
   * known to all before the next one tries.
   */
  inTurn?<T>(account: string, work: () => Promise<T>): Promise<T>;
}

/** Stores refused credentials in memory. */
export function createRefusedCredentials(): RefusedCredentials {
  const refused = new Map<string, Instant>();
  return {
    hasAny: () => Promise.resolve(refused.size > 0),
    find: (hash) => Promise.resolve(refused.get(hash) ?? null),
    add: async (hash) => void refused.set(hash, now()),
    remove: async (hash) => void refused.delete(hash),
  };
}
