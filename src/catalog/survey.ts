/** Reads the protection of every entity of the catalog's providers, by the same lists as queries. */
import { GatewayError } from '../core/errors.ts';
import type { ProviderReading } from '../core/protection-survey.ts';
import { readAll } from '../lists/all-entities.ts';
import type { Latest } from '../lists/latest.ts';
import type { Catalog } from './catalog.ts';

/** Returns null if the list of entities could not be read. What else cannot be read is UNKNOWN in the result. */
export async function surveyProtection(
  { scope, reads }: Catalog,
  listTimeoutMs: (provider: string) => number,
  signal: AbortSignal,
): Promise<ProviderReading> {
  const { entities, failed } = await readAll(scope.providers, listTimeoutMs, signal);
  if (failed.length > 0) return null;
  const refs = entities.map(({ provider, externalId }) => ({ provider, localId: externalId }));
  const [successes, newest] = await Promise.all([
    reads.newestSuccesses(refs, signal),
    reads.latestBackups(refs, signal),
  ]);
  return entities.flatMap((entity, index) => {
    const success = successes[index];
    const last = newest[index] ?? null;
    if (success === undefined || success instanceof GatewayError) return [];
    const { status, lastSuccessAt, dueAt, expectedEverySeconds, failuresSinceLastSuccess } = reads.protection(
      entity,
      success satisfies Latest,
    );
    return {
      id: entity.externalId,
      name: entity.name,
      newest: last instanceof GatewayError ? null : last,
      success: success.backup,
      status,
      lastSuccessAt,
      dueAt,
      expectedEverySeconds,
      failuresSinceLastSuccess,
    };
  });
}
