/** The organisations of the configuration: Labii has no list of them. */
import { GatewayError } from '../../src/core/errors.ts';
import { now } from '../../src/core/instant.ts';
import type { LocalId, ProtectedEntity } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { pickEntities } from '../_kit/entities.ts';
import type { Backups } from './backups.ts';
import type { LabiiConfig } from './config.ts';
import { toEntity } from './map.ts';

interface Entities {
  /** Ordered by id. Rejects if the account can read none of them. */
  list(signal: AbortSignal): Promise<readonly ProtectedEntity[]>;
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(ProtectedEntity | null)[]>;
}

/** Each page of backups reads the names of its organisations, so a recent successful call counts as proof. */
const proofLastsMicroseconds = 60_000_000;

export function createEntities({ name, organizations }: LabiiConfig, upstream: Upstream, backups: Backups): Entities {
  const entities = organizations
    .map((organization) => toEntity(organization, name))
    .sort((a, b) => compareIds(a.externalId, b.externalId));

  /** Proves the connection by reading one of the organisations. */
  async function prove(signal: AbortSignal): Promise<void> {
    let failure: unknown = null;
    for (const { sid } of organizations) {
      try {
        await backups.countOf(sid, signal);
        return;
      } catch (error) {
        if (!isOfOneOrganization(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  function isProven(): boolean {
    const { status, checkedAt } = upstream.health.current();
    return status === 'UP' && checkedAt !== null && now() - checkedAt < proofLastsMicroseconds;
  }

  return {
    async list(signal) {
      await prove(signal);
      return entities;
    },
    async find(ids, signal) {
      if (ids.length === 0) return [];
      if (signal.aborted || !isProven()) await prove(signal);
      return pickEntities(entities, ids);
    },
  };
}

/** Whether an error is about one organisation only, so that another may be readable. */
const isOfOneOrganization = (error: unknown): boolean =>
  error instanceof GatewayError && (error.traits.isDenied || error.code === 'BAD_USER_INPUT');
