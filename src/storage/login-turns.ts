/** Logins of several gateways to one account of a product, one after another: a wrong password is tried once in all. */
import { setTimeout as pass } from 'node:timers/promises';
import { GatewayError } from '../core/errors.ts';
import type { RefusedCredentials } from '../core/refused-credentials.ts';
import type { Lease } from './leases.ts';
import type { Replica } from './replicas.ts';
import type { StorageHealth } from './storage-health.ts';

/** Longer than a login takes. A gateway that is lost meanwhile holds up the others for so long. */
const turnMs = 15_000;
const askEveryMs = 50;

export function createLoginTurns(
  { leases }: Pick<Replica, 'leases'>,
  health: StorageHealth,
): Required<Pick<RefusedCredentials, 'inTurn'>> {
  /** Null where the database is away, or the others take too long: then nobody waits. */
  async function take(account: string): Promise<Lease | null> {
    const endsAt = performance.now() + turnMs;
    while (performance.now() < endsAt) {
      const held = await health.write(() => leases.hold(`login ${account}`, turnMs), 'lease');
      if (held.isHolder) return held.lease;
      await pass(askEveryMs);
    }
    return null;
  }

  const unlessAway = (error: unknown): null => {
    if (!(error instanceof GatewayError)) throw error;
    return null;
  };

  return {
    async inTurn(account, work) {
      const lease = await take(account).catch(unlessAway);
      try {
        return await work();
      } finally {
        if (lease) await health.write(() => leases.release(lease), 'lease').catch(unlessAway);
      }
    },
  };
}
