/**
 * The domain service, and the only caller of providers. There is one for each viewer: what the viewer may not see does
 * not exist here, and what a provider cannot do is refused before anything is sent.
 */

import type { Provider } from '../core/provider.ts';
import { createRowShares } from '../core/row-shares.ts';
import type { Viewer } from '../core/viewer.ts';
import { Audit } from './audit.ts';
import { Commands } from './commands.ts';
import { Details } from './details.ts';
import { HistoryReads } from './history-reads.ts';
import type { CatalogOptions } from './options.ts';
import { Reads } from './reads.ts';
import { Reports } from './reports.ts';
import { Scope } from './scope.ts';
import { Watches } from './watches.ts';

export interface Catalog {
  readonly scope: Scope;
  readonly reads: Reads;
  readonly details: Details;
  readonly history: HistoryReads;
  readonly reports: Reports;
  /** Throws FORBIDDEN for a READER before any id of a command is looked up, so that ids tell nothing. */
  readonly commands: () => Commands;
  readonly watches: Watches;
  readonly audit: Audit;
}

/** A viewer who comes again as the same object, as one of a configured token does, gets the same catalog again. */
export function createCatalog(options: CatalogOptions): (viewer: Viewer) => Catalog {
  let given: readonly Provider[] = [];
  let sorted: readonly Provider[] = [];
  /** The same array until the options have other providers. */
  function providers(): readonly Provider[] {
    if (given !== options.providers) {
      given = options.providers;
      sorted = [...given].sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    return sorted;
  }
  const known = new WeakMap<Viewer, Catalog>();
  const rowShares = createRowShares();

  function create(viewer: Viewer): Catalog {
    const scope = new Scope(providers, viewer);
    const details = new Details(scope, options);
    const history = new HistoryReads(scope, options);
    const reads = new Reads(scope, options, details, rowShares);
    const reports = new Reports(scope, options, reads, history);
    const all = new Commands(scope, options);
    const commands = () => {
      scope.requireOperator();
      return all;
    };
    const [watches, audit] = [new Watches(scope, options, reads), new Audit(scope, options)];
    return { scope, reads, details, history, reports, commands, watches, audit };
  }

  return (viewer) => {
    const catalog = known.get(viewer) ?? create(viewer);
    known.set(viewer, catalog);
    return catalog;
  };
}
