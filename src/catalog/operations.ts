/** The operations that a viewer may list. */
import type { Ledger } from '../commands/ledger-contract.ts';
import type { OperationFilter, OperationRecord } from '../commands/operation-record.ts';
import { badInput, GatewayError } from '../core/errors.ts';
import { decodeToken, encodeToken } from '../lists/cursor.ts';
import { type CursorList, type PageArguments, toCursorList, toWalk } from '../lists/page.ts';
import { selectProviders } from '../lists/select.ts';
import type { Scope } from './scope.ts';

export type OperationPage = CursorList<OperationRecord>;

/** Newest first. FORBIDDEN for a READER, who would see what others do. */
export async function listOperations(
  scope: Scope,
  ledger: Pick<Ledger, 'list'>,
  { first, after }: Pick<PageArguments, 'first' | 'after'>,
  filter: OperationFilter,
): Promise<OperationPage> {
  if (!scope.isOperator) throw new GatewayError('FORBIDDEN', 'Who did what is for the role OPERATOR.');
  const walk = toWalk({ first, after });
  const selected = selectProviders(scope.providers, { providers: filter.providers, kinds: null });
  const providers = selected.map(({ name }) => name);
  const place = walk.cursor === null ? null : toPlace(walk.cursor);
  const isEmpty = [providers, filter.statuses, filter.kinds, filter.viewers].some((list) => list?.length === 0);
  const found = isEmpty ? [] : await ledger.list({ ...filter, providers, after: place, limit: walk.size + 1 });
  const rows = found.slice(0, walk.size);
  return toCursorList(walk, rows, found.length > walk.size, (index) => {
    const { requestedAt, id } = rows[index] as OperationRecord;
    return encodeToken([requestedAt, id]);
  });
}

function toPlace(cursor: string): Pick<OperationRecord, 'requestedAt' | 'id'> {
  const token = decodeToken(cursor);
  const [requestedAt, id] = (Array.isArray(token) ? token : []) as readonly unknown[];
  if (Number.isSafeInteger(requestedAt) && typeof id === 'string') return { requestedAt: requestedAt as number, id };
  throw badInput('"after" is not a cursor of this list. Use endCursor of a page, unchanged.', ['after']);
}
