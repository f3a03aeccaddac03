/** The connections of the service, cached for a minute, since every list of backups needs them. */
import { GatewayError } from '../../src/core/errors.ts';
import { mapBounded } from '../../src/core/map-bounded.ts';
import type { EntityRows, LocalId, UnreadableRow } from '../../src/core/model.ts';
import { compareIds } from '../../src/core/order.ts';
import { giveRequest, requestOf } from '../../src/core/request-scope.ts';
import { withUnreadable } from '../../src/core/unreadable-rows.ts';
import type { Upstream } from '../../src/upstream/contract.ts';
import { path } from '../../src/upstream/path.ts';
import { isCode, isNotFound, orElse } from '../_kit/errors.ts';
import { throwIfEnded, waitForShared } from '../_kit/shared-work.ts';
import { isNumberId, type SalesforceOrg, toEntity } from './map.ts';
import { type ConnectionRow, connectionIdReply, connectionReply, connectionRow, connectionsReply } from './wire.ts';

export interface Connections {
  /** A new read, shared with callers that ask at the same time. */
  list(signal: AbortSignal): Promise<EntityRows>;
  /** At most a minute old. */
  recent(signal: AbortSignal): Promise<readonly SalesforceOrg[]>;
  /** By connection id or Salesforce org id. Details that lists lack come for a few at a time only. */
  find(ids: readonly LocalId[], signal: AbortSignal): Promise<(SalesforceOrg | null)[]>;
  /** The id is well formed, and the configuration does not leave it out. */
  isPossible(connectionId: string): boolean;
}

/** The most that the service gives at once. */
const maxLimit = 2000;
const staysMs = 60_000;
/** Ids in one call that are worth a request each. */
const fewIds = 3;
const parallelReads = 8;

/** 15 characters, or 18 where the last three repeat which of them are capitals. Every org's id begins alike. */
const orgIdText = /^00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/;

export function createConnections(
  provider: string,
  upstream: Upstream,
  only: readonly number[] | undefined,
): Connections {
  const allowed = only && new Set(only.map(String));
  const isPossible = (id: string): boolean => isNumberId(id) && (allowed?.has(id) ?? true);
  let kept: { readonly entities: readonly SalesforceOrg[]; readonly until: number } | null = null;
  let pending: Promise<readonly SalesforceOrg[]> | null = null;

  /** With what is unreadable of the list, as `EntityRows`. */
  async function readAll(first: AbortSignal): Promise<readonly SalesforceOrg[]> {
    // Not the signal of a caller, since other callers wait for the same answer. Each call has its own deadline.
    const signal = giveRequest(new AbortController().signal, requestOf(first));
    const rows = new Map<number, ConnectionRow>();
    const lost: UnreadableRow[] = [];
    let limit = maxLimit;
    for (let page = 1; ; page++) {
      const options = { schema: connectionsReply, query: { page, limit }, size: 'list' as const };
      const { total, items } = await upstream.read('/api/v1/connections', options, signal);
      const before = rows.size;
      for (const item of items) {
        const row = connectionRow(item);
        if (row) rows.set(row.id, row);
        else lost.push({ provider, entityId: null, externalId: null, fields: [] });
      }
      // A page without a new row is the end, even if the total is larger: it may count deleted connections.
      if (rows.size + lost.length >= (total ?? Number.POSITIVE_INFINITY) || rows.size === before) break;
      // The service may return fewer rows than requested: that is then the size of its pages.
      if (page === 1) limit = items.length;
    }
    const entities = [...rows.values()].map((row) => toEntity(row, provider));
    const shown = entities
      .filter(({ externalId }) => isPossible(externalId))
      .sort((a, b) => compareIds(a.externalId, b.externalId));
    return withUnreadable(shown, lost) as readonly SalesforceOrg[];
  }

  function fetchShared(signal: AbortSignal): Promise<readonly SalesforceOrg[]> {
    pending ??= readAll(signal)
      .then((entities) => {
        kept = { entities, until: performance.now() + staysMs };
        return entities;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  }

  async function list(signal: AbortSignal): Promise<readonly SalesforceOrg[]> {
    throwIfEnded(provider, signal);
    return waitForShared(provider, fetchShared(signal), signal);
  }

  async function recent(signal: AbortSignal): Promise<readonly SalesforceOrg[]> {
    throwIfEnded(provider, signal);
    return kept && performance.now() < kept.until ? kept.entities : list(signal);
  }

  /** Null for an org that has no connection here. */
  async function connectionOf(orgId: string, signal: AbortSignal): Promise<string | null> {
    const options = { schema: connectionIdReply };
    const reply = await upstream
      .read(path`/api/v1/connections/connectionId/${orgId}`, options, signal)
      // It says 400 of an id that has the right form and is wrong in itself.
      .catch(orElse(null, (error) => isCode(error, 'NOT_FOUND', 'BAD_USER_INPUT')));
    return reply && String(reply.connectionId);
  }

  /** What the list said stays where the details cannot be had. */
  async function withDetails(entity: SalesforceOrg, signal: AbortSignal): Promise<SalesforceOrg | null> {
    const options = { schema: connectionReply };
    try {
      return toEntity(await upstream.read(path`/api/v1/connections/${entity.externalId}`, options, signal), provider);
    } catch (error) {
      throwIfEnded(provider, signal);
      if (isNotFound(error)) return null;
      if (error instanceof GatewayError) return entity;
      throw error;
    }
  }

  return {
    list,
    recent,
    isPossible,
    async find(ids, signal) {
      const known = new Map((await recent(signal)).map((entity) => [entity.externalId, entity]));
      const entities = await mapBounded(ids, parallelReads, async (id) => {
        const found = known.get(id);
        if (found || !orgIdText.test(id)) return found ?? null;
        return known.get((await connectionOf(id, signal)) ?? '') ?? null;
      });
      if (ids.length > fewIds) return entities;
      return Promise.all(entities.map((entity) => entity && withDetails(entity, signal)));
    },
  };
}
