/** The list of protected entities of all providers, see `EntityOrder`. */
import { z } from 'zod';
import { badInput, GatewayError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import type { Instant } from '../core/instant.ts';
import type { ProtectedEntity } from '../core/model.ts';
import type { Problem, Provider } from '../core/provider.ts';
import { readAll } from './all-entities.ts';
import { skippedEarlier } from './ask.ts';
import { decodeToken, encodeToken, identifyList, type ListIdentity } from './cursor.ts';
import { comparatorOf, type EntityKey, type EntityOrder, isMisplaced, isMixed, toEntityKey } from './entity-order.ts';
import { isFound } from './entity-search.ts';
import { type CursorList, type PageArguments, toCursorList, toWalk, type Walk } from './page.ts';
import { isOlderThan, type Protection, type ProtectionStatus } from './protection.ts';
import { type ProviderFilter, selectProviders } from './select.ts';

export interface EntityFilter extends ProviderFilter {
  /** Part of the name or the external id, ignoring case. */
  readonly search: string | null;
  /** Computed for every entity that matches the rest of the filter; UNKNOWN if it cannot be determined. */
  readonly protection: readonly ProtectionStatus[] | null;
  /** Any of them, exactly. Entities whose product does not tell labels are left out, with a problem. */
  readonly labels?: readonly string[] | undefined;
  /** Exclusive; an entity without any success matches. Computed likewise. */
  readonly lastSuccessBefore: Instant | null;
}

/** Returns the protection of each entity, in the same order. */
export type ProtectionsOf = (entities: readonly ProtectedEntity[]) => Promise<readonly Protection[]>;

export interface EntityQuery {
  readonly page: PageArguments;
  /** By provider, ascending, unless given. */
  readonly order?: EntityOrder;
  readonly filter: EntityFilter;
  /** Answers for providers that do not; absent: their entities are missing. */
  readonly history?: History | null;
}

export interface EntityList extends CursorList<ProtectedEntity> {
  readonly problems: readonly Problem[];
  /** Null if a provider failed. */
  readonly totalCount: number | null;
}

/** A decoded cursor: the entity at the cursor. */
interface EntityCursor extends EntityKey {
  /** Providers that were incomplete on an earlier page. Every later page has a problem for each of them. */
  readonly missed: readonly string[];
}

export async function listEntities(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { page, filter, order = { field: 'PROVIDER', isDescending: false }, history = null }: EntityQuery,
  protectionsOf: ProtectionsOf,
  signal: AbortSignal,
): Promise<EntityList> {
  const walk = toWalk(page);
  const asked = selectProviders(providers, filter);
  const identity = identifyList(
    asked.map(({ name }) => name),
    'entities',
    filter,
    // Cursors of earlier versions have no order.
    ...(order.field === 'PROVIDER' && !order.isDescending ? [] : [order]),
  );
  const key = walk.cursor === null ? null : decodeKey(identity, walk.cursor, walk.cursorArgument);
  const selected = await selectEntities(asked, timeoutMs, { filter, order, history }, protectionsOf, signal);
  const { matching, failed, served, unlisted, untold, unknown, isCut } = selected;
  const now = [...failed, ...served, ...unknown, ...unlisted, ...untold];
  const earlier = key?.missed ?? [];
  const problems = [...now, ...skippedEarlier(earlier, now, 'List again from the start.')];
  const { rows, hasMore } = cut(matching, walk, key, order);
  const isUpwards = walk.isForward !== order.isDescending;
  const isPassed = (name: string, at: string) => isMixed(order) || (isUpwards ? name <= at : name >= at);
  const cursorAt = (index: number) => {
    const { key } = rows[index] as Keyed;
    // Entities of later providers are not skipped yet.
    const skipped = [...failed, ...unknown.filter(isPassing)].map((problem) => problem.provider);
    const missed = [...earlier, ...skipped.filter((name) => isPassed(name, key.provider))];
    return encodeKey(identity, { ...key, missed });
  };
  return {
    // Rows of a failed provider may follow, but an empty page with size 0 makes no progress. Unlisted ones never follow.
    ...toCursorList(
      walk,
      rows.map(({ entity }) => entity),
      hasMore || (walk.size > 0 && (failed.length > 0 || isCut)),
      cursorAt,
    ),
    problems,
    totalCount: problems.length > 0 ? null : matching.length,
  };
}

/** All entities that match, in order, and what is missing of them. */
export async function selectEntities(
  providers: readonly Provider[],
  timeoutMs: (provider: string) => number,
  { filter, order, history = null }: Required<Pick<EntityQuery, 'filter' | 'order'>> & Pick<EntityQuery, 'history'>,
  protectionsOf: ProtectionsOf,
  signal: AbortSignal,
) {
  const { entities, failed, served, unlisted } = await readAll(providers, timeoutMs, signal, history);
  const found = entities.filter((entity) => isFound(filter.search, entity));
  const { labelled, untold } = byLabels(found, filter.labels);
  return { failed, served, unlisted, untold, ...(await byProtection(labelled, filter, order, protectionsOf)) };
}

function byLabels(entities: readonly ProtectedEntity[], wanted: readonly string[] | undefined) {
  if (wanted === undefined) return { labelled: entities, untold: [] };
  if (wanted.length === 0) return { labelled: [], untold: [] };
  const silent = new Set(entities.flatMap(({ provider, labels }) => (labels ? [] : [provider])));
  return {
    labelled: entities.filter(({ labels }) => labels?.some((label) => wanted.includes(label))),
    untold: [...silent].map((provider): Problem => {
      const message = `${provider} could not be filtered: it does not report the labels of some or all of its entities, which are left out.`;
      return { provider, entityId: null, isUntold: true, error: new GatewayError('INCOMPLETE', message) };
    }),
  };
}

/** An entity with its place in the order of the list. */
interface Keyed {
  readonly entity: ProtectedEntity;
  readonly key: EntityKey;
}

/**
 * Filters by what is computed of protection, and sorts. Problems of entities for which it cannot be determined are
 * returned even if the filter leaves the entities out.
 */
async function byProtection(
  entities: readonly ProtectedEntity[],
  { protection: wanted, lastSuccessBefore }: EntityFilter,
  order: EntityOrder,
  protectionsOf: ProtectionsOf,
) {
  if (wanted?.length === 0) return { matching: [], unknown: [], isCut: false };
  const isComputed = wanted !== null || lastSuccessBefore !== null || order.field === 'LAST_SUCCESS';
  const protections = isComputed ? await protectionsOf(entities) : [];
  const unknown = new Set<Problem>();
  const hidden: Problem[] = [];
  const isWanted = (protection: Protection, entity: ProtectedEntity): boolean => {
    if (wanted !== null && protection.problem) unknown.add(protection.problem);
    const isOfStatus = wanted === null || wanted.includes(protection.status);
    if (!isOfStatus && protection.problem) hidden.push(protection.problem);
    if (!isOfStatus || lastSuccessBefore === null) return isOfStatus;
    const isOlder = isOlderThan(protection, lastSuccessBefore);
    if (isOlder !== null) return isOlder;
    const problem = whyUndated(protection, entity);
    unknown.add(problem);
    hidden.push(problem);
    return false;
  };
  const matching = entities.flatMap((entity, index): Keyed[] => {
    const protection = protections[index];
    if (isComputed && (!protection || !isWanted(protection, entity))) return [];
    const key = toEntityKey(entity, order, protection);
    if (protection && isMisplaced(key, order, protection)) unknown.add(whyUndated(protection, entity));
    return [{ entity, key }];
  });
  const compare = comparatorOf(order);
  matching.sort((a, b) => compare(a.key, b.key));
  // Entities are left out that may match once a provider answers again.
  return { matching, unknown: [...unknown], isCut: hidden.some(isPassing) };
}

const whyUndated = (protection: Protection, entity: ProtectedEntity): Problem =>
  protection.problem ?? protection.incomplete ?? undated(entity);

const undated = ({ provider, externalId, name }: ProtectedEntity): Problem => ({
  provider,
  entityId: externalId,
  error: new GatewayError('INCOMPLETE', `${provider} does not report the time of the newest success of ${name}.`),
});

/** The answer may be different later. */
const isPassing = ({ error }: Problem): boolean => error.code !== 'INCOMPLETE';

function cut(sorted: readonly Keyed[], { isForward, size }: Walk, key: EntityKey | null, order: EntityOrder) {
  const compare = comparatorOf(order);
  const isBeyond = (row: Keyed) => key === null || (isForward ? compare(row.key, key) > 0 : compare(row.key, key) < 0);
  const beyond = sorted.filter(isBeyond);
  const rows = isForward ? beyond.slice(0, size) : beyond.slice(Math.max(0, beyond.length - size));
  return { rows, hasMore: beyond.length > size };
}

/** One bit for each missed provider, by its index among the selected providers; then the name, or the time, in those orders only. */
const wireKey = z.tuple([
  z.string().length(8),
  z.string().min(1).max(40),
  z.string().min(1).max(40_000),
  z.int().min(0).default(0),
  z.string().max(1_000).default(''),
  z.number().min(-1e18).max(1e18).refine(Number.isInteger).nullable().default(null),
]);

function encodeKey({ hash, providers }: ListIdentity, key: EntityCursor): string {
  const { provider, externalId, name, lastSuccess } = key;
  const bits = [...new Set(key.missed)].reduce((sum, name) => sum + 2 ** providers.indexOf(name), 0);
  if (lastSuccess !== null) return encodeToken([hash, provider, externalId, bits, '', lastSuccess]);
  if (name !== '') return encodeToken([hash, provider, externalId, bits, name]);
  return encodeToken(bits === 0 ? [hash, provider, externalId] : [hash, provider, externalId, bits]);
}

function decodeKey({ hash, providers }: ListIdentity, text: string, argument: string): EntityCursor {
  const parsed = wireKey.safeParse(decodeToken(text));
  if (!parsed.success || parsed.data[0] !== hash) {
    throw badInput(
      `"${argument}" is not a cursor of this list with this filter. Use endCursor or startCursor of a page, unchanged, or start again without it.`,
      [argument],
    );
  }
  const [, provider, externalId, bits, name, lastSuccess] = parsed.data;
  const missed = providers.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1);
  return { provider, externalId, name, lastSuccess, missed };
}
