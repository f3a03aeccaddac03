/** Credentials that were verified a moment ago, by their hash: nothing here can be used as one. */
import { hash } from 'node:crypto';
import type { Identity } from './identity.ts';

export interface Remembered {
  /** Null where it is not known, too old, or was verified by something else than `by`. */
  find(credential: string, by: unknown): Identity | null;
  keep(credential: string, identity: Identity, by: unknown): void;
  readonly size: number;
}

export interface RememberedOptions {
  readonly maxAgeMs: number;
  /** Above it the oldest are forgotten. */
  readonly maxEntries: number;
  readonly now: () => number;
}

interface Entry {
  readonly identity: Identity;
  readonly by: unknown;
  readonly until: number;
}

export function createRemembered({ maxAgeMs, maxEntries, now }: RememberedOptions): Remembered {
  const entries = new Map<string, Entry>();
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
      const key = keyOf(credential);
      // Anew, it is the youngest.
      entries.delete(key);
      entries.set(key, { identity, by, until: Math.min(now() + maxAgeMs, identity.expiresAt ?? Infinity) });
      if (entries.size <= maxEntries) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    },
    get size() {
      return entries.size;
    },
  };
}

const keyOf = (credential: string): string => hash('sha256', credential, 'base64url');
