/** Whether the data of backups still exists: a pruned archive is missing from the list of its repository. */
import { GatewayError } from '../../src/core/errors.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { Backup } from '../../src/core/model.ts';
import type { PresenceReading } from '../../src/core/provider.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { archivesReply, type RepositoryRow } from './wire.ts';

interface ArchivesOptions {
  readonly upstream: Upstream;
  readonly listRepositories: (signal: AbortSignal) => Promise<readonly RepositoryRow[]>;
}

/** Reads the archives of a repository at most once. */
export type PresenceReader = (backups: readonly Backup[], signal: AbortSignal) => Promise<PresenceReading[]>;
type Archives = { readonly names: ReadonlySet<string | null> } | { readonly error: GatewayError | null };

const parallelReads = 8;
const unknown: PresenceReading = { presence: 'UNKNOWN', error: null };

export function createPresences({ upstream, listRepositories }: ArchivesOptions): () => PresenceReader {
  /** Ids of repositories by path. They do not change. */
  let ids = new Map<string, number>();

  async function findIds(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    if (paths.every((one) => ids.has(one))) return ids;
    // Borg 2 repositories list archives by another call, whose reply is not known.
    const rows = (await listRepositories(signal)).filter(({ borg_version: version }) => version !== 2);
    ids = new Map(rows.flatMap((row) => (row.id == null ? [] : [[row.path, row.id] as const])));
    return ids;
  }

  async function readNames(id: number | undefined, signal: AbortSignal): Promise<Archives> {
    if (id === undefined) return { error: null };
    try {
      const options = { schema: archivesReply, size: 'list' as const };
      const { archives } = await upstream.read(path`/api/repositories/${String(id)}/archives`, options, signal);
      return { names: new Set(archives) };
    } catch (error) {
      if (error instanceof GatewayError) return { error };
      throw error;
    }
  }

  function createReader(): PresenceReader {
    const archivesOf = new Map<string, Promise<Archives>>();
    const read = (one: string, known: ReadonlyMap<string, number>, signal: AbortSignal): Promise<Archives> => {
      const asked = archivesOf.get(one) ?? readNames(known.get(one), signal);
      archivesOf.set(one, asked);
      return asked;
    };
    return async (backups, signal) => {
      const paths = [...new Set(backups.flatMap(({ name, entityId }) => (name === null ? [] : (entityId ?? []))))];
      if (paths.length === 0) return backups.map(() => unknown);
      const known = await findIds(paths, signal);
      const lists = await mapBounded(paths, parallelReads, (one) => read(one, known, signal));
      const byPath = new Map(paths.map((one, index) => [one, lists[index] as Archives]));
      return backups.map(({ name, entityId }) => {
        const archives = byPath.get(entityId ?? '');
        if (name === null || !archives) return unknown;
        if (!('names' in archives)) return { presence: 'UNKNOWN', error: archives.error };
        if (archives.names.has(name)) return { presence: 'PRESENT', error: null };
        // An archive with an unreadable name may be the one.
        return archives.names.has(null)
          ? { presence: 'UNKNOWN', error: unnamed() }
          : { presence: 'REMOVED', error: null };
      });
    };
  }
  return createReader;
}

const unnamed = (): GatewayError =>
  new GatewayError('INCOMPLETE', 'The repository has archives whose names cannot be read.');
