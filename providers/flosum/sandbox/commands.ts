/** Starting a backup. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import { connectionId, reachable } from './connections.ts';
import type { FlosumServer } from './server.ts';
import { badRequest, conflict, parseBody, readCreateBody } from './wire.ts';

export function createBackup(server: FlosumServer, call: SandboxCall): SandboxReply {
  const given = parseBody(call.body, call.headers['content-type'] ?? '');
  if (given === null) return badRequest(['the body is not valid JSON']);
  connectionId(call);
  const body = readCreateBody(given, server.needsDescription);
  const { id } = reachable(server, call);
  if (server.isBusy(id))
    return conflict(
      'Backup job is already running. You must abort it or wait for it to finish before creating another',
    );
  server.create(id, body);
  return { status: 201, body: { message: 'Backup job has been created' } };
}
