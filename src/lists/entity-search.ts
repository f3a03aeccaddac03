/** Finds backups by the name or the id of their entity, which rows of backups do not have. */
import type { BackupFilter } from '../core/filter.ts';
import type { LocalId, ProtectedEntity } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { toSearchable } from '../core/unicode.ts';
import { toRowProblems, unreadableEntities } from '../core/unreadable-rows.ts';

/** Whether the name or the external id of an entity contains the text, ignoring case. Null: every entity matches. */
export function isFound(search: string | null, { name, externalId }: ProtectedEntity): boolean {
  if (search === null) return true;
  const wanted = toSearchable(search);
  return [name, externalId].some((text) => toSearchable(text).includes(wanted));
}

interface FoundEntities {
  readonly ids: readonly LocalId[];
  readonly problems: readonly Problem[];
}

/**
 * Returns the provider with lists and counts of only those backups whose entity is found. Each of them lists the
 * entities first; entities that the product no longer lists are not found.
 */
export function withEntitySearch(provider: Provider, search: string): Provider {
  async function find({ entityIds }: BackupFilter, signal: AbortSignal): Promise<FoundEntities> {
    if (entityIds?.length === 0) return { ids: [], problems: [] };
    const entities = await provider.listEntities(signal);
    const found = entities.filter((entity) => isFound(search, entity)).map(({ externalId }) => externalId);
    const ids = entityIds === null ? found : found.filter((id) => entityIds.includes(id));
    return { ids, problems: toRowProblems(unreadableEntities(entities), 'entity') };
  }

  return {
    ...provider,
    async listBackups(query, signal) {
      const { ids, problems } = await find(query.filter, signal);
      const page = await provider.listBackups({ ...query, filter: { ...query.filter, entityIds: ids } }, signal);
      return problems.length === 0 ? page : { ...page, problems: [...page.problems, ...problems] };
    },
    async countBackups(filter, signal) {
      const { ids, problems } = await find(filter, signal);
      const count = await provider.countBackups({ ...filter, entityIds: ids }, signal);
      return problems.length === 0 ? count : null;
    },
  };
}
