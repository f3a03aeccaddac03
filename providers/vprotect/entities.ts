/** The entities: all machines, and other items only if they have a backup, since no call lists them. */
import { GatewayError } from '../../src/core/errors.ts';
import type { LocalId } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import { withUnreadable } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { keep } from '../_kit/ttl-cache.ts';
import { createList, type List } from './lists.ts';
import { toEntity, type VProtectEntity } from './map.ts';
import type { Wire } from './wire.ts';

interface Entities {
  /** Ordered by id; at most a minute old. */
  list(signal: AbortSignal): Promise<readonly VProtectEntity[]>;
  /** Null if there is none in a list that was just read. */
  find(id: LocalId, signal: AbortSignal): Promise<VProtectEntity | null>;
}

const keptMs = 60_000;
/** A list of at most this age is not read again. */
const freshMs = 2000;
const maxEntities = 50_000;

export function createEntities(provider: string, upstream: Upstream, wire: Wire): Entities {
  const machines = createList(upstream, '/virtual-machines', wire.machine);
  /** The latest backup of each group. How backups are grouped is not documented, but each entity is in a group. */
  const latest = createList(upstream, '/backups/grouped', wire.backup);
  const kept = keep(provider, keptMs, load);

  async function load(signal: AbortSignal): Promise<readonly VProtectEntity[]> {
    const [inventory, backups] = await Promise.all([readAll(machines, signal), readAll(latest, signal)]);
    const rows = inventory.rows.map((row) => ({ ...row, type: { name: 'VM', description: null } }));
    const backedUp = backups.rows.flatMap(({ protectedEntity }) => protectedEntity ?? []);
    // Rows of the inventory override those of the backups.
    const byGuid = new Map([...backedUp, ...rows].map((row) => [row.guid, toEntity(row, provider)]));
    const entities = [...byGuid.values()].sort((a, b) => compareIds(a.externalId, b.externalId));
    const lost = inventory.lost.map(() => ({ provider, entityId: null, externalId: null, fields: [] }));
    return withUnreadable(entities, lost) as readonly VProtectEntity[];
  }

  async function readAll<Row>(list: List<Row>, signal: AbortSignal) {
    const whole = await list.all({}, maxEntities, signal);
    if (whole.isWhole) return whole;
    throw new GatewayError('INCOMPLETE', `${provider} has more than ${maxEntities} entities, which are not listed.`);
  }

  async function find(id: LocalId, maxAgeMs: number, signal: AbortSignal): Promise<VProtectEntity | null> {
    return (await kept.read(signal, maxAgeMs)).find(({ externalId }) => externalId === id) ?? null;
  }

  return {
    list: (signal) => kept.read(signal),
    find: async (id, signal) => (await find(id, keptMs, signal)) ?? (await find(id, freshMs, signal)),
  };
}
