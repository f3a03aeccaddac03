/** Connections: the list, the id of one, and the connection that a path names. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { Refusal } from '../../_kit/sandbox/refusal.ts';
import type { FlosumConnection } from './history.ts';
import { compareText, hasText, readPage, slice } from './query.ts';
import type { FlosumServer } from './server.ts';
import { badRequest, broken, notFound, ok, QueryReader, readPathNumber } from './wire.ts';

export const connectionId = (call: SandboxCall): number =>
  readPathNumber(call.params.connectionId ?? '', 'connectionId');

export function connectionOf(server: FlosumServer, call: SandboxCall): FlosumConnection {
  const id = connectionId(call);
  const connection = server.connections.find((one) => one.id === id);
  if (!connection) throw new Refusal(notFound(`no connection ${id}`));
  return connection;
}

/** The connection whose jobs are requested. Its jobs may be unavailable although the connection is listed. */
export function reachable(server: FlosumServer, call: SandboxCall): FlosumConnection {
  const connection = connectionOf(server, call);
  if (server.downConnections.has(connection.id)) throw new Refusal(broken());
  return connection;
}

export const toReply = ({ bytes: _bytes, ...reply }: FlosumConnection) => reply;

function toListItem(connection: FlosumConnection) {
  const { userFullName: _userFullName, salesforceOrgId: _salesforceOrgId, ...item } = toReply(connection);
  return item;
}

export function listConnections(server: FlosumServer, { query }: SandboxCall): SandboxReply {
  const reader = new QueryReader(query);
  const search = reader.search();
  const page = readPage(reader);
  reader.finish();
  const found = server.connections
    .filter(({ name, userName }) => hasText(name, search) || hasText(userName, search))
    .toSorted((a, b) => compareText(a.name, b.name));
  return ok({ total: found.length, items: slice(found, page, server.maxPageSize).map(toListItem) });
}

export function getConnectionId(server: FlosumServer, call: SandboxCall): SandboxReply {
  const orgId = call.params.salesforceOrgId ?? '';
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(orgId))
    return badRequest(['salesforceOrgId must be a Salesforce id of 15 or 18 characters']);
  const found = server.connections.find(({ salesforceOrgId: own }) => orgId === own || orgId === own.slice(0, 15));
  return found ? ok({ connectionId: found.id }) : notFound(`no connection for organization ${orgId}`);
}
