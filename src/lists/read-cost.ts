/** The cost of the upstream reads of a field, beyond the rows that it returns, estimated from its arguments. */
import type { Provider } from '../core/provider.ts';

export interface Read {
  /** Reads with the same key are shared within an operation; null: not shared. */
  readonly key: string | null;
  readonly cost: number;
}

export interface ReadsContext {
  /** The providers that the viewer may see. */
  readonly providers: readonly Provider[];
  /** Whether the field's own selection set has a field of this name. */
  readonly selects: (field: string) => boolean;
}

/** Throws a GatewayError for invalid arguments, before anything is read. */
export type ReadsOf<Args> = (args: Args, context: ReadsContext) => readonly Read[];
