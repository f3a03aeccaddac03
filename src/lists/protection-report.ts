/** Whether every entity is protected, for a report: the entities are read at once, their successes in parts. */
import { now } from '../core/instant.ts';
import type { ProtectedEntity } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { toRowProblems, unreadableEntities } from '../core/unreadable-rows.ts';
import { type EntityFilter, type ProtectionsOf, selectEntities } from './entity-list.ts';
import type { LastKnownProtection, Protection } from './protection.ts';
import { type Report, toRefusal } from './report.ts';
import { selectProviders } from './select.ts';

export interface ProtectionRow {
  readonly entity: ProtectedEntity;
  readonly protection: Protection;
  /** Only if the status is UNKNOWN, and if the history tells. */
  readonly lastKnown: LastKnownProtection | null;
}

export interface ProtectionReads {
  readonly protectionsOf: ProtectionsOf;
  readonly lastKnownOf: (entities: readonly ProtectedEntity[]) => Promise<readonly (LastKnownProtection | null)[]>;
}

const order = { field: 'PROVIDER', isDescending: false } as const;
/** Entities whose successes are read at once. */
const part = 50;

/** Throws GatewayError if entities would be left out that may match. A row whose state is not known is UNKNOWN. */
export async function openProtectionReport(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  filter: EntityFilter,
  { protectionsOf, lastKnownOf }: ProtectionReads,
  signal: AbortSignal,
): Promise<Report<ProtectionRow>> {
  const asOf = now();
  const asked = selectProviders(providers, filter);
  const selected = await selectEntities(asked, timeoutMs, { filter, order }, protectionsOf, signal);
  const { matching, failed, unlisted, untold, unknown } = selected;
  const entities = matching.map(({ entity }) => entity);
  // What a product never lists, and a value that its row names, hide no entity of the list.
  const named = [
    ...asked.flatMap(({ unlistedEntities }) => unlistedEntities ?? []),
    ...toRowProblems(unreadableEntities(entities), 'entity').map(({ error }) => error.message),
  ];
  const isHiding = ({ error }: Problem) => !named.includes(error.message);
  const showsUnknown = filter.protection?.includes('UNKNOWN') ?? true;
  const hidden = showsUnknown && filter.lastSuccessBefore === null ? [] : unknown;
  const [problem] = [...failed, ...untold, ...unlisted.filter(isHiding), ...hidden];
  if (problem) throw toRefusal(problem);

  async function* rows(): AsyncGenerator<ProtectionRow, undefined> {
    for (let start = 0; start < entities.length; start += part) {
      signal.throwIfAborted();
      const some = entities.slice(start, start + part);
      const protections = await protectionsOf(some);
      const isUnknown = protections.some(({ status }) => status === 'UNKNOWN');
      const lastKnown = isUnknown ? await lastKnownOf(some) : [];
      for (const [index, entity] of some.entries()) {
        const protection = protections[index] as Protection;
        yield { entity, protection, lastKnown: (protection.status === 'UNKNOWN' && lastKnown[index]) || null };
      }
    }
  }
  return { asOf, rows: rows() };
}
