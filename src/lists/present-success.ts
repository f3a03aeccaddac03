/** The newest success of an entity whose data is not known to be gone: lists alone may not tell that it is. */
import { GatewayError } from '../core/errors.ts';
import { noFilter } from '../core/filter.ts';
import type { LocalId } from '../core/model.ts';
import { type AskedProvider, askProvider, problemsOf } from './ask.ts';
import type { Latest } from './latest.ts';
import { type Presence, readPresences } from './presence.ts';
import { successful } from './protection.ts';

/** Successes of one entity that are looked through, by one list and one look at what is there. */
const maxSuccesses = 200;

/** `latest` with its presence, or the newest success of the entity before it that is not known to be removed. */
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
  // How many failures lie between is not counted again.
  if (found >= 0) {
    const { presence: own = 'UNKNOWN' } = presences[found] ?? {};
    return { backup: answer.rows[found] ?? null, presence: own, counted: null, problem: missing ?? null };
  }
  if (answer.isEnd && !missing) return { backup: null, counted: null, problem: null };
  const message = `The data of the newest ${answer.rows.length} successes is gone in ${name}, and older ones were not looked at.`;
  const tooDeep = { provider: name, entityId, error: new GatewayError('INCOMPLETE', message) };
  return { backup: null, counted: null, problem: missing ?? tooDeep };
}
