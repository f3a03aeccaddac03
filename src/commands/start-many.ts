/** Many starts of one request: the first claims the idempotency key for all of them, then a few are sent at a time. */
import { createHash } from 'node:crypto';
import type { GatewayError } from '../core/errors.ts';
import { mapBounded } from '../core/map-bounded.ts';

export const maxStarted = 100;
const atOnce = 8;

/** The answer to one start; null `error` if it became an operation that was not refused. */
export interface StartAnswer {
  readonly error: Pick<GatewayError, 'code' | 'field'> | null;
}

export interface Started<Answer> {
  /** The key was used for something else, or is none: nothing is started. */
  readonly refusal: Answer | null;
  /** One for each entity, in the same order. */
  readonly answers: readonly Answer[];
}

/**
 * `start` sends one with a key, and calls `opened` when it is in the ledger.
 *
 * The first start that becomes an operation has the key itself. Others have keys made from it, and only follow once that
 * one is in the ledger: so no start of another batch with the same key is sent.
 */
export async function startMany<Answer extends StartAnswer>(
  entities: readonly string[],
  idempotencyKey: string | null,
  start: (entity: string, place: number, key: string | null, opened: () => void) => Promise<Answer>,
): Promise<Started<Answer>> {
  const first: Promise<Answer>[] = [];
  while (idempotencyKey !== null && first.length < entities.length) {
    const place = first.length;
    let opened = (): void => undefined;
    const isOpened = new Promise<boolean>((resolve) => (opened = () => resolve(true)));
    const answer = start(entities[place] as string, place, idempotencyKey, opened);
    first.push(answer);
    if (await Promise.race([isOpened, answer.then(() => false)])) break;
    const given = await answer;
    if (given.error?.field?.at(-1) === 'idempotencyKey') return { refusal: given, answers: [] };
  }
  const rest = mapBounded([...entities.entries()].slice(first.length), atOnce, ([place, entity]) =>
    start(entity, place, idempotencyKey === null ? null : keyOf(idempotencyKey, entity), ignore),
  );
  const all = await Promise.all([Promise.all(first), rest]);
  return { refusal: null, answers: all.flat() };
}

const ignore = (): void => undefined;

const keyOf = (key: string, entity: string): string =>
  `startBackups ${createHash('sha256')
    .update(JSON.stringify([key, entity]))
    .digest('base64url')}`;
