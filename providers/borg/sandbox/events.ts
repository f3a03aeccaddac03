/** The stream of server events. */
import type { SandboxCall, SandboxReply } from '../../_kit/sandbox/http.ts';
import type { BorgServer } from './server.ts';
import { refuseWith } from './wire.ts';

const heartbeatMs = 30_000;

/** Sends a greeting, then only heartbeats. Backups cause no events. */
export function streamEvents(server: BorgServer, { headers, query, response }: SandboxCall): SandboxReply | null {
  const header = headers['x-borg-authorization'] ?? headers.authorization;
  const token = typeof header === 'string' ? header.replace(/^Bearer /, '') : query.get('token');
  if (token === null) return refuseWith(401, 'events.notAuthenticated');
  const user = server.access.isPersonal(token) ? null : server.access.userOfToken(token);
  if (!user) return refuseWith(401, 'events.invalidAuthCredentials');
  const greeting = { type: 'connection_established', user_id: user.id };
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  response.write(`event: connection_established\ndata: ${JSON.stringify(greeting)}\n\n`);
  const heartbeat = setInterval(() => response.write(': keepalive\n\n'), heartbeatMs);
  response.once('close', () => clearInterval(heartbeat));
  return null;
}
