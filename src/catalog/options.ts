/** What the catalog is made of. */
import type { Auditor } from '../audit/auditor.ts';
import type { Ledger } from '../commands/ledger-contract.ts';
import type { History } from '../core/history.ts';
import type { LocalId } from '../core/model.ts';
import type { Provider } from '../core/provider.ts';
import type { ProviderLimits } from '../core/provider-limits.ts';
import type { Expectation } from '../lists/expectation.ts';
import type { ObservedState } from '../lists/observed-state.ts';
import type { FirstReads } from '../polling/first-reads.ts';
import type { Hub } from '../polling/hub.ts';

export interface CatalogOptions {
  /** Their answers may be as old as their configuration says. Another array after a reload. */
  readonly providers: readonly Provider[];
  /** The same provider without a cache, for reads that look for changes. */
  readonly fresh: (provider: Provider) => Provider;
  readonly hub: Hub;
  readonly observed: ObservedState;
  readonly ledger: Ledger;
  readonly auditor: Auditor;
  /** Longest wait for one provider's part of a list. */
  readonly listTimeoutMs: (provider: string) => number;
  /** Null of a provider that a reload has just removed. */
  readonly limitsOf: (provider: string) => ProviderLimits | null;
  /** How often a backup of an entity is expected to succeed; null: nothing is expected. */
  readonly expectationOf: (provider: string, entityId: LocalId) => Expectation | null;
  /** Between two tries to read a stored log of a provider that does not answer. */
  readonly retryMs: number;
  readonly firstReads: FirstReads;
  /** Null: nothing is stored. */
  readonly history: History | null;
}
