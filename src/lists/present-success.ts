/** Finds the newest success of an entity whose data is not known to be removed, which lists may not report. */
import { GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import type { LocalId } from '../core/model.ts';
import { type AskedProvider, askProvider, problemsOf } from './ask.ts';
import type { Latest } from './latest.ts';
import { type Presence, readPresences } from './presence.ts';
import { successful } from './protection.ts';

/** Maximum of successes of one entity to check, by one list call and one presence call. */
const maxSuccesses = 200;

/** Returns `latest` with its presence, or the newest earlier success that is not known to be removed. */
export async function findPresent(
  asked: AskedProvider,
  entityId: LocalId,
  latest: Latest,
  { presence }: Presence,
  signal: AbortSignal,
): Promise<Latest> {
  if (!latest.backup || presence !== 'REMOVED') return { ...latest, presence };
  const { name } = asked.provider;
  const filter = { ...noFilter, entityIds: [entityId], statuses: successful };
  const query = { direction: 'descending', after: null, limit: maxSuccesses, filter, offset: 0 } as const;
  const { answer, problem } = await askProvider(
    asked,
    async (provider, within) => {
      const page = await provider.listBackups(query, within);
      return {
        rows: page.rows.map((row) => row.open()),
        isEnd: page.isEnd,
        problems: problemsOf(page, name, maxSuccesses),
      };
    },
    signal,
  );
  if (!answer) return { backup: null, counted: null, problem };
  const presences = await readPresences(asked, answer.rows, signal);
  const found = presences.findIndex((one) => one.presence !== 'REMOVED');
  const missing = answer.problems[0] ?? latest.problem;
  // The failures in between are not counted.
  if (found >= 0) {
    const { presence: own = 'UNKNOWN' } = presences[found] ?? {};
    return { backup: answer.rows[found] ?? null, presence: own, counted: null, problem: missing ?? null };
  }
  if (answer.isEnd && !missing) return { backup: null, counted: null, problem: null };
  const message = `The data of the newest ${answer.rows.length} successes was removed from ${name}. Older successes were not checked.`;
  const tooDeep = { provider: name, entityId, error: new GatewayError('INCOMPLETE', message) };
  return { backup: null, counted: null, problem: missing ?? tooDeep };
}
