/** Whether entities were protected when their provider answered last, from the history. */
import { GatewayError } from '../core/errors.ts';
import type { History, HistoryCoverage } from '../core/history.ts';
import type { Backup, LocalId } from '../core/model.ts';
import type { Expectation } from './expectation.ts';
import { type LastKnownProtection, toProtection } from './protection.ts';

/** One for each entity; null where the history does not tell, and without a database. */
export async function readLastKnown(
  history: History,
  provider: string,
  ids: readonly LocalId[],
  expectationOf: (id: LocalId) => Expectation | null,
): Promise<readonly (LastKnownProtection | null)[]> {
  try {
    const coverage = await history.coverage(provider);
    if (!coverage) return ids.map(() => null);
    const successes = await history.newestSuccesses(provider, ids);
    return ids.map((id) => toLastKnown(successes.get(id) ?? null, expectationOf(id), coverage));
  } catch (error) {
    if (error instanceof GatewayError) return ids.map(() => null);
    throw error;
  }
}

/** Pure. A success proves PROTECTED; OVERDUE needs that no newer success can be missing. */
export function toLastKnown(
  backup: Backup | null,
  expectation: Expectation | null,
  { asOf, from, hasGaps, isComplete }: Pick<HistoryCoverage, 'asOf' | 'from' | 'hasGaps' | 'isComplete'>,
): LastKnownProtection | null {
  // Without a stored success, an older one may not be stored.
  if (asOf === null || !backup) return null;
  const { provider, entityId } = backup;
  const entity = { provider, externalId: entityId ?? '', name: entityId ?? '' };
  const { status } = toProtection(entity, { backup, counted: null, problem: null }, expectation, asOf);
  const isWhole = isComplete || (!hasGaps && from !== null && (backup.sortedAt ?? asOf) >= from);
  return status === 'UNKNOWN' || (status === 'OVERDUE' && !isWhole) ? null : { status, asOf };
}
