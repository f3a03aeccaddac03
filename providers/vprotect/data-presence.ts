/** Whether the data of backups still exists, by their backup locations: the rows of many lists do not say. */
import { GatewayError } from '../../src/core/errors.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { Backup, LocalId } from '../../src/core/model.ts';
import type { PresenceReading } from '../../src/core/provider.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { createList, type Query } from './lists.ts';
import { toPresence } from './map.ts';
import type { Memory } from './memory.ts';
import type { LocationRow, Wire } from './wire.ts';

/** Reads where the backups of an entity are at most once. */
export type PresenceReader = (backups: readonly Backup[], signal: AbortSignal) => Promise<PresenceReading[]>;

/** Entities that are asked for one by one; of more, the places of all. */
export const maxEntitiesApart = 20;
const maxLocations = 10_000;
export const parallelReads = 8;

export interface Locations {
  readonly rows: readonly LocationRow[];
  /** Nothing else is there. */
  readonly isWhole: boolean;
  readonly error: GatewayError | null;
}

interface PresencesOptions {
  readonly provider: string;
  readonly upstream: Upstream;
  readonly wire: Wire;
  readonly memory: Memory;
}

/** Reads the places of the data of one entity; null: of all. */
export function createLocations(
  { provider, upstream, wire }: Omit<PresencesOptions, 'memory'>,
  more: Query,
): (entityId: LocalId | null, signal: AbortSignal) => Promise<Locations> {
  const list = createList(upstream, '/backup-locations', wire.location);
  return async (entityId, signal) => {
    try {
      const query = { 'protected-entity': entityId, ...more };
      const { rows, lost, isWhole } = await list.all(query, maxLocations, signal);
      // One that names no backup, or cannot be read, may be that of any.
      return {
        rows,
        isWhole: isWhole && lost.length === 0 && rows.every(({ backup }) => backup),
        error: isWhole ? null : tooMany(provider),
      };
    } catch (error) {
      if (error instanceof GatewayError) return { rows: [], isWhole: false, error };
      throw error;
    }
  };
}

export function createPresences({ provider, upstream, wire, memory }: PresencesOptions): () => PresenceReader {
  const readOf = createLocations({ provider, upstream, wire }, { 'location-status': 'PRESENT' });

  /** As the row of a list showed it last. */
  function readRow({ localId }: Backup): PresenceReading | null {
    const row = memory.row(localId);
    const presence = row && toPresence(row);
    return presence && { presence, error: null };
  }

  function createReader(): PresenceReader {
    const known = new Map<LocalId | null, Promise<Locations>>();
    const knownOf = (entityId: LocalId | null, signal: AbortSignal): Promise<Locations> => {
      const asked = known.get(entityId) ?? readOf(entityId, signal);
      known.set(entityId, asked);
      return asked;
    };
    return async (backups, signal) => {
      const open = backups.filter((backup) => !readRow(backup));
      const entities = [...new Set(open.map(({ entityId }) => entityId))];
      const isApart = !known.has(null) && entities.length <= maxEntitiesApart && !entities.includes(null);
      const asked = isApart || open.length === 0 ? entities : [null];
      const answers = await mapBounded(asked, parallelReads, (entityId) => knownOf(entityId, signal));
      const byEntity = new Map(asked.map((entityId, index) => [entityId, answers[index] as Locations]));
      return backups.map((backup) => {
        const told = readRow(backup);
        if (told) return told;
        const { localId, entityId } = backup;
        const { rows, isWhole, error } = byEntity.get(isApart ? entityId : null) as Locations;
        // The server may not know the filter by status, and then tells places of any.
        const words = rows.filter(({ backup }) => backup?.guid === localId).map(toWord);
        if (words.includes('PRESENT')) return { presence: 'PRESENT', error: null };
        const isGone = isWhole && words.every((word) => word === 'REMOVED');
        return isGone ? { presence: 'REMOVED', error: null } : { presence: 'UNKNOWN', error };
      });
    };
  }
  return createReader;
}

/** One without a status was found by the filter; what its status says may be another thing if it cannot be read. */
const toWord = ({ status, unreadable }: LocationRow): string =>
  status?.name ?? (unreadable.includes('status') ? 'unreadable' : 'PRESENT');

const tooMany = (provider: string): GatewayError =>
  new GatewayError(
    'INCOMPLETE',
    `${provider} lists more than ${maxLocations} places of backups: whether the data of some is still there is not known.`,
  );
