/** The repositories that Borg UI lists. */
import type { EntityRows, LocalId, ProtectedEntity } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import { withUnreadable } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { pickEntities } from '../_kit/entities.ts';
import { toEntity } from './entity-map.ts';
import type { Reading } from './map.ts';
import { type RepositoryRow, repositoriesReply, repositoryRow } from './wire.ts';

interface Entities {
  /** Ordered by id. */
  list(signal: AbortSignal): Promise<EntityRows>;
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(ProtectedEntity | null)[]>;
  /** The rows that can be read, as the product lists them. */
  listRepositories(signal: AbortSignal): Promise<RepositoryRow[]>;
}

export function createEntities(upstream: Upstream, reading: Pick<Reading, 'provider' | 'times'>): Entities {
  const { provider } = reading;

  async function readRepositories(signal: AbortSignal): Promise<(RepositoryRow | null)[]> {
    // There is no such route without the slash at the end.
    const options = { schema: repositoriesReply, size: 'list' as const };
    return (await upstream.read('/api/repositories/', options, signal)).repositories.map(repositoryRow);
  }

  async function list(signal: AbortSignal) {
    const rows = await readRepositories(signal);
    const entities = rows.flatMap((row) => (row ? toEntity(row, reading) : []));
    const lost = rows.flatMap((row) => (row ? [] : { provider, entityId: null, externalId: null, fields: [] }));
    return withUnreadable(
      entities.sort((a, b) => compareIds(a.externalId, b.externalId)),
      lost,
    );
  }

  return {
    list,
    find: async (ids, signal) => (ids.length === 0 ? [] : pickEntities(await list(signal), ids)),
    listRepositories: async (signal) => (await readRepositories(signal)).flatMap((row) => row ?? []),
  };
}
