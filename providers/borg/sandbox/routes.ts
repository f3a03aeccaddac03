/** The route table. Each handler states in which order it refuses. */
import type { SandboxCall, SandboxHandler, SandboxReply, SandboxRoutes } from '../../_kit/sandbox/http.ts';
import { refusing } from '../../_kit/sandbox/refusal.ts';
import type { SandboxUser } from './access.ts';
import { cancelBackup, retryBackup, startBackup } from './commands.ts';
import { streamEvents } from './events.ts';
import { getStatus, listArchives, listJobs, listRepositories, recentActivity } from './lists.ts';
import { activityLog, downloadLog, pollLog } from './logs.ts';
import { listSchedules } from './schedules.ts';
import type { BorgServer } from './server.ts';
import { ok, unauthorized } from './wire.ts';

type UserHandler = (call: SandboxCall, user: SandboxUser) => SandboxReply;

const page: SandboxReply = {
  status: 200,
  body: '<!doctype html><title>Borg UI</title><div id="root"></div>',
  headers: { 'content-type': 'text/html; charset=utf-8' },
};

export function borgRoutes(server: BorgServer): SandboxRoutes {
  const { access } = server;
  const signedIn = (handler: UserHandler): SandboxHandler =>
    refusing((call) => {
      const user = access.userOfHeaders(call.headers);
      return user ? handler(call, user) : unauthorized();
    });
  const start = signedIn((call, user) => startBackup(server, call, user));
  return [
    ['POST /api/auth/login', refusing(access.login)],
    ['POST /api/auth/login/totp', refusing(access.loginTotp)],
    ['POST /api/auth/refresh', access.refresh],
    ['POST /api/auth/logout', access.logout],
    ['GET /api/auth/me', access.me],
    ['GET /api/auth/config', () => ok(authConfig(server))],
    ['POST /api/settings/tokens', refusing(access.createToken)],
    ['GET /api/repositories/', signedIn((_call, user) => listRepositories(server, user))],
    ['GET /api/repositories/:id/archives', signedIn((call, user) => listArchives(server, call, user))],
    ['GET /api/schedule/', signedIn((_call, user) => listSchedules(server, user))],
    ['GET /api/backup/jobs', signedIn((call, user) => listJobs(server, call, user))],
    ['GET /api/backup/status/:id', signedIn((call, user) => getStatus(server, call, user))],
    ['POST /api/backup/start', start],
    ['POST /api/backup/run', start],
    ['POST /api/backup/cancel/:id', signedIn((call, user) => cancelBackup(server, call, user))],
    ['POST /api/backup/jobs/:id/retry', signedIn((call, user) => retryBackup(server, call, user))],
    ['GET /api/backup/logs/:id/stream', signedIn((call, user) => pollLog(server, call, user))],
    ['GET /api/backup/logs/:id/download', refusing((call) => downloadLog(server, call))],
    ['GET /api/activity/recent', signedIn((call, user) => recentActivity(server, call, user))],
    ['GET /api/activity/:type/:id/logs', signedIn((call) => activityLog(server, call))],
    ['GET /api/events/stream', (call) => streamEvents(server, call)],
    // The product shadows these two with its web page.
    ['GET /health', () => page],
    ['GET /api', () => page],
  ];
}

const authConfig = (server: BorgServer) => ({
  proxy_auth_enabled: false,
  local_login_enabled: server.localLogin,
  oidc_enabled: false,
  passkeys_enabled: false,
});
