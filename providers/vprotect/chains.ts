/** The first backup of a chain, by rows that lists have shown, and else by the details of one backup of it. */
import { createBoundedCache } from '../../src/core/bounded-cache.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { LocalId } from '../../src/core/model.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode } from '../_kit/errors.ts';
import type { VProtectBackup } from './map.ts';
import type { Memory } from './memory.ts';
import type { Wire } from './wire.ts';

/** Ids of the first backups, in the same order; null if the product does not tell. */
type ReadRoots = (backups: readonly VProtectBackup[], signal: AbortSignal) => Promise<(LocalId | null)[]>;

interface ChainsOptions {
  readonly upstream: Upstream;
  readonly wire: Pick<Wire, 'backupReply'>;
  readonly memory: Pick<Memory, 'row'>;
}

const maxKnown = 5000;
const maxLinks = 1000;
const parallelReads = 8;
/** A server that does not tell now may after an upgrade. */
const untoldMs = 600_000;

export function createChains({ upstream, wire, memory }: ChainsOptions): ReadRoots {
  /** The root of a chain never changes. */
  const known = createBoundedCache<string, { readonly root: string | null }>(maxKnown);

  /** Goes up the chain as far as it is known: to its root, or to the backup whose details must tell the root. */
  function climb({ localId, type, details }: VProtectBackup): { root: string | null } | { ask: string } {
    const seen = new Set<string>();
    let link = { guid: localId, parent: details.parentGuid, isFull: type === 'FULL' };
    while (!seen.has(link.guid) && seen.size < maxLinks) {
      seen.add(link.guid);
      const told = known.get(link.guid);
      if (told) return told;
      if (link.parent === null) return link.isFull ? { root: link.guid } : { ask: link.guid };
      const row = memory.row(link.parent);
      if (!row) return known.get(link.parent) ?? { ask: link.guid };
      link = { guid: row.guid, parent: row.parentBackup?.guid ?? null, isFull: row.type?.name === 'FULL' };
    }
    return { ask: localId };
  }

  async function readRoot(guid: string, signal: AbortSignal): Promise<string | null> {
    try {
      const { rootBackup } = await upstream.read(path`/backups/${guid}`, { schema: wire.backupReply }, signal);
      return rootBackup?.guid ?? null;
    } catch (error) {
      if (isCode(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  return async (backups, signal) => {
    const found = backups.map(climb);
    const asked = [...new Set(found.flatMap((one) => ('ask' in one ? one.ask : [])))];
    await mapBounded(asked, parallelReads, async (guid) => {
      const root = await readRoot(guid, signal);
      known.set(guid, { root }, root === null ? { ttl: untoldMs } : {});
    });
    return found.map((one, index) => {
      const root = 'ask' in one ? (known.get(one.ask)?.root ?? null) : one.root;
      if (root !== null) known.set(backups[index]?.localId ?? root, { root });
      return root;
    });
  };
}
