/** Identities of credentials that were verified a moment ago, by the hash of the credential: no entry can be used as one. */
import { hash } from 'node:crypto';
import { createBoundedCache } from '../core/bounded-cache.ts';
import type { Identity } from './identity.ts';

export interface CredentialCache {
  /** Null where the credential is unknown, its entry is too old, or it was verified by other keys than `by`. */
  find(credential: string, by: unknown): Identity | null;
  keep(credential: string, identity: Identity, by: unknown): void;
  readonly size: number;
}

export interface CredentialCacheOptions {
  readonly maxAgeMs: number;
  readonly maxEntries: number;
  readonly now: () => number;
}

interface Entry {
  readonly identity: Identity;
  readonly by: unknown;
  /** By `now`. */
  readonly until: number;
}

export function createCredentialCache({ maxAgeMs, maxEntries, now }: CredentialCacheOptions): CredentialCache {
  const entries = createBoundedCache<string, Entry>(maxEntries);
  return {
    find(credential, by) {
      const key = keyOf(credential);
      const entry = entries.get(key);
      if (!entry) return null;
      if (entry.by === by && now() < entry.until) return entry.identity;
      entries.delete(key);
      return null;
    },
    keep(credential, identity, by) {
      const until = Math.min(now() + maxAgeMs, identity.expiresAt ?? Number.POSITIVE_INFINITY);
      entries.set(keyOf(credential), { identity, by, until });
    },
    get size() {
      return entries.size;
    },
  };
}

const keyOf = (credential: string): string => hash('sha256', credential, 'base64url');
