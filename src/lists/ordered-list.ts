/** Lists of backups in orders that no product has, from the history of every provider that is asked. */
import { z } from 'zod';
import { badInput, GatewayError } from '../core/errors.ts';
import { compareOrdered, type History, type HistoryOrder, type OrderedBackup, type OrderKey } from '../core/history.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import type { Backup } from '../core/model.ts';
import type { Problem } from '../core/provider.ts';
import { decodeToken, encodeToken, type ListIdentity } from './cursor.ts';
import type { MergeSource } from './merge.ts';
import { type CursorList, toCursorList, type Walk } from './page.ts';
import { untoldProblem, withUntold } from './untold.ts';

export interface OrderedList extends CursorList<Backup> {
  readonly problems: readonly Problem[];
  /** When the provider was read that was read first; null if none was. */
  readonly asOf: Instant | null;
}

/** Throws UNSUPPORTED without a history, BAD_USER_INPUT for a cursor of another list. */
export async function listOrdered(
  sources: readonly MergeSource[],
  history: History | null,
  order: HistoryOrder,
  walk: Walk,
  identity: ListIdentity,
  signal: AbortSignal,
): Promise<OrderedList> {
  if (!history) throw withoutHistory(order);
  const after = walk.cursor === null ? null : decodeKey(identity, order, walk.cursor, walk.cursorArgument);
  const parts = await Promise.all(
    sources.map((source) =>
      readPart(history, source, { order, isForward: walk.isForward, after, limit: walk.size + 1 }, signal),
    ),
  );
  const compare = compareOrdered(order);
  const merged = parts
    .flatMap(({ rows }) => rows)
    .sort((a, b) => (walk.isForward ? compare(a.key, b.key) : compare(b.key, a.key)));
  const page = merged.slice(0, walk.size);
  const rows = walk.isForward ? page : page.reverse();
  const times = parts.flatMap(({ asOf }) => asOf ?? []);
  return {
    ...toCursorList(
      walk,
      rows.map(({ backup, observedAt }) => ({ ...backup, observedAt })),
      merged.length > walk.size,
      (index) => encodeKey(identity, (rows[index] as OrderedBackup).key),
    ),
    problems: parts.flatMap(({ problems }) => problems),
    asOf: times.length === 0 ? null : Math.min(...times),
  };
}

interface Part {
  readonly rows: readonly OrderedBackup[];
  readonly problems: readonly Problem[];
  readonly asOf: Instant | null;
}

async function readPart(
  history: History,
  { provider: { name }, entitySearch, filter: asked }: MergeSource,
  query: Omit<Parameters<History['listOrdered']>[1], 'filter'>,
  signal: AbortSignal,
): Promise<Part> {
  const leftOut = (reason: string): Part => ({
    rows: [],
    problems: [incomplete(name, `${name} is left out: ${reason}`)],
    asOf: null,
  });
  if (entitySearch != null)
    return leftOut('this order comes from the history, which cannot look up entities by `entitySearch`.');
  if (asked.own !== null && !asked.accepts)
    return leftOut('this order comes from the history, and only the product can apply its filter.');
  const coverage = await history.coverage(name);
  if (!coverage || coverage.asOf === null) return leftOut('nothing is stored of it yet. Try again later.');
  const { filter, untold } = withUntold(asked);
  const rows = await history.listOrdered(name, { ...query, filter }, signal);
  const told = untoldProblem(name, untold);
  return {
    rows,
    problems: [
      ...(told ? [told] : []),
      ...(coverage.isComplete ? [] : [incomplete(name, cutMessage(name, coverage.from))]),
    ],
    asOf: coverage.asOf,
  };
}

const cutMessage = (name: string, from: Instant | null): string =>
  `The history has ${from === null ? 'none of' : `since ${formatInstant(from)} only`} the backups of ${name}: others are missing.`;

const incomplete = (provider: string, message: string): Problem => ({
  provider,
  entityId: null,
  error: new GatewayError('INCOMPLETE', message),
});

const withoutHistory = ({ field }: HistoryOrder): GatewayError =>
  new GatewayError(
    'UNSUPPORTED',
    `No product lists its backups by ${field}: this order needs the history, which is off. See the setting history.off.`,
    { field: ['orderBy', 'field'] },
  );

/** No database takes a text with a NUL. */
const text = z.string().refine((given) => !given.includes('\0') && given.isWellFormed());
const wireKey = z.tuple([
  z.string().length(8),
  z.union([z.int(), text.max(400)]).nullable(),
  z.int().min(0).max(99),
  text.min(1).max(40_000),
]);

const encodeKey = ({ hash, providers }: ListIdentity, { value, provider, idKey }: OrderKey): string =>
  encodeToken([hash, value, providers.indexOf(provider), idKey]);

function decodeKey(
  { hash, providers }: ListIdentity,
  { field }: HistoryOrder,
  text: string,
  argument: string,
): OrderKey {
  const parsed = wireKey.safeParse(decodeToken(text));
  const provider = parsed.success ? providers[parsed.data[2]] : undefined;
  const isOfField = (value: OrderKey['value']) => value === null || (typeof value === 'string') === (field === 'NAME');
  if (!parsed.success || provider === undefined || parsed.data[0] !== hash || !isOfField(parsed.data[1])) {
    throw badInput(
      `"${argument}" is not a cursor of this list with this filter and order. Use endCursor or startCursor of a page, unchanged, or start again without it.`,
      [argument],
    );
  }
  const [, value, , idKey] = parsed.data;
  return { value, provider, idKey };
}
