/** What commands of the command line need of a database that a gateway may be using. */
import type { RefusedCredentials } from '../core/refused-credentials.ts';

export interface StorageState {
  readonly label: string;
  /** The version of its tables, and the one that this program needs; never newer than that. */
  readonly found: number;
  readonly needed: number;
  /** The gateway that uses it, for people; null if none does. */
  readonly owner: string | null;
}

export interface SharedStorage {
  readonly refusedCredentials: RefusedCredentials;
  close(): Promise<void>;
}
