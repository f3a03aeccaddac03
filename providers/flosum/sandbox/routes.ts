/** The route table. Each handler states in which order it refuses. */
import type { SandboxHandler, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { refusing } from '../../_kit/sandbox/refusal.ts';
import { createBackup } from './commands.ts';
import { connectionOf, getConnectionId, listConnections, toReply } from './connections.ts';
import { listJobs } from './lists.ts';
import { jobLog } from './logs.ts';
import type { FlosumServer } from './server.ts';
import { connectionsPath as connections, ok, unauthorized } from './wire.ts';

export function flosumRoutes(server: FlosumServer): SandboxRoutes {
  const signedIn = (handler: SandboxHandler): SandboxHandler =>
    refusing((call) => (server.isKnownToken(call.headers.authorization) ? handler(call) : unauthorized()));
  return [
    [`GET ${connections}`, signedIn((call) => listConnections(server, call))],
    [`GET ${connections}/connectionId/:salesforceOrgId`, signedIn((call) => getConnectionId(server, call))],
    [`GET ${connections}/:connectionId`, signedIn((call) => ok(toReply(connectionOf(server, call))))],
    [`GET ${connections}/:connectionId/backups`, signedIn((call) => listJobs(server, call))],
    [`POST ${connections}/:connectionId/backups/backup`, signedIn((call) => createBackup(server, call))],
    [`GET ${connections}/:connectionId/jobs/:id/logs/details`, jobLog(server, signedIn)],
  ];
}
