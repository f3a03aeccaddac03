/** Entities by id, from a list of all. */
import type { LocalId, ProtectedEntity } from '../../src/core/model.ts';

/** One entity for each id, in the same order; null if the list has none of that id. */
export function pickEntities<Entity extends ProtectedEntity>(
  entities: readonly Entity[],
  ids: readonly LocalId[],
): (Entity | null)[] {
  const byId = new Map(entities.map((entity) => [entity.externalId, entity]));
  return ids.map((id) => byId.get(id) ?? null);
}
