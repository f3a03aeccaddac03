/** All entities of several providers, and what is missing of them. */
import { GatewayError } from '../core/errors.ts';
import type { History, StoredEntities } from '../core/history.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { toRowProblems, unreadableEntities } from '../core/unreadable-rows.ts';
import { askProvider } from './ask.ts';

/**
 * Returns all entities of the providers, with a problem for each provider that failed: in `served` if the history has its
 * entities, else in `failed`.
 */
export async function readAll(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  signal: AbortSignal,
  history: History | null = null,
) {
  const parts = await Promise.all(
    providers.map(async (provider) => {
      const asked = { provider, timeoutMs: timeoutMs(provider.name) };
      const { answer, problem } = await askProvider(asked, (one, within) => one.listEntities(within), signal);
      if (!answer) {
        const stored = history && (await readStored(history, problem));
        if (!stored) return { entities: [], failed: [problem], served: [], unlisted: [] };
        const { entities, asOf } = stored;
        return { entities, failed: [], served: [{ ...problem, servedAsOf: asOf }], unlisted: toUnlisted(provider) };
      }
      const unreadable = toRowProblems(unreadableEntities(answer), 'entity');
      return { entities: answer, failed: [], served: [], unlisted: [...toUnlisted(provider), ...unreadable] };
    }),
  );
  return {
    entities: parts.flatMap(({ entities }) => entities),
    failed: parts.flatMap(({ failed }) => failed),
    served: parts.flatMap(({ served }) => served),
    unlisted: parts.flatMap(({ unlisted }) => unlisted),
  };
}

/** Null if the provider does answer, and if nothing is stored of it or the database fails. */
async function readStored(history: History, { provider, error }: Problem): Promise<StoredEntities | null> {
  if (!error.isOutage) return null;
  try {
    return await history.listEntities(provider);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return null;
    throw thrown;
  }
}

const toUnlisted = ({ name, unlistedEntities }: Provider): Problem[] =>
  unlistedEntities === undefined
    ? []
    : [{ provider: name, entityId: null, error: new GatewayError('INCOMPLETE', unlistedEntities) }];
