/** What a field makes the gateway read beyond the rows that it shows, as far as its arguments tell. */
import type { Provider } from '../core/provider.ts';

export interface Read {
  /** Reads with one key are one within an operation; null: shared with no other field. */
  readonly key: string | null;
  readonly cost: number;
}

export interface ReadsContext {
  /** Those that the viewer may see. */
  readonly providers: readonly Provider[];
  /** Whether a field of this name is selected right below. */
  readonly selects: (field: string) => boolean;
}

/** Throws a GatewayError for arguments that are refused before anything is read. */
export type ReadsOf<Args> = (args: Args, context: ReadsContext) => readonly Read[];
